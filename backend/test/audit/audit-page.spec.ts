import type { auditRecord } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { startBackend, type TestBackend } from '../harness.js';

type AuditRecord = z.infer<typeof auditRecord>;
let backend: TestBackend;

beforeAll(async () => {
  backend = await startBackend();
  await backend.admin.post('/api/v1/sites', { name: 'Harbour House', timeZone: 'Europe/Berlin' });
  await backend.admin.post('/api/v1/sites', { name: 'Hill House', timeZone: 'Europe/Berlin' });
});
afterAll(() => backend.close());

const find = async (query: string) => (await backend.admin.get<{ items: AuditRecord[]; nextCursor: string | null }>(`/api/v1/audit?${query}`)).body;

describe('the audit', () => {
  it('is searched by person, result and target together', async () => {
    const viewer = await backend.user('viewer');
    expect((await viewer.post('/api/v1/sites', { name: 'Nobody House', timeZone: 'Europe/Berlin' })).status).toBe(403);
    expect((await find('person=ADMIN&target=house')).items.map(({ target }) => target)).toEqual([expect.stringContaining('Hill House'), expect.stringContaining('Harbour House')]);
    const refused = (await find('result=refused')).items;
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ result }) => result))).toEqual(new Set(['refused']));
    expect((await find('person=nobody-of-this-name')).items).toEqual([]);
  });

  it('is searched by time: from is included, to is not', async () => {
    const [newest, oldest] = (await find('target=house')).items;
    if (newest === undefined || oldest === undefined) throw new Error('two records were expected');
    expect((await find(`target=house&from=${newest.at}`)).items).toEqual([newest]);
    expect((await find(`target=house&to=${newest.at}`)).items).toEqual([oldest]);
    expect((await backend.admin.get('/api/v1/audit?from=yesterday')).status).toBe(422);
  });
});
