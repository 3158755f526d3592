import type { Controller, CsvReport } from '@cupola/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient } from '../harness.js';
import { startBackend, type TestBackend } from '../harness.js';
import { Box, register } from './box.js';
import { addEquipment, makePlace, type TestPlace } from './place.js';

let backend: TestBackend;
let place: TestPlace;
let site: string;

beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());
beforeEach(async () => {
  place = await makePlace(backend.database);
  site = (await backend.database.query<{ name: string }>('SELECT name FROM sites WHERE id = $1', [place.siteId]))[0]?.name ?? '';
});

const csv = async (text: string | Uint8Array<ArrayBuffer>, dryRun = true, api: ApiClient = backend.admin) => {
  const response = await fetch(`${backend.url}/api/v1/controllers/csv?dryRun=${dryRun}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'text/csv' },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as CsvReport & { code: string; detail: string } };
};
const countAtSite = async () =>
  (await backend.database.query<{ count: number }>('SELECT count(*)::int FROM controllers WHERE site_id = $1', [place.siteId]))[0]?.count;
const list = async (query: string, api: ApiClient = backend.admin) =>
  (await api.get<{ items: Controller[]; nextCursor: string | null }>(`/api/v1/controllers${query}`)).body;

describe('registering one controller', () => {
  it('finds its building and floor from the equipment', async () => {
    const { controller } = await register(backend.admin, place, { name: 'Plain', building: undefined, equipment: place.equipmentId });
    expect(controller).toMatchObject({ name: 'Plain', building: { name: 'House' }, floor: { name: 'Third floor', level: 3 }, equipment: { name: 'VAV-301' } });
  });

  it.each([
    ['name', { name: 'Twin' }, 'There is a controller Twin at'],
    ['serial', { serial: 'S-1' }, 'Serial S-1 belongs to Twin already'],
    ['equipment', { equipment: 'VAV-301' }, 'VAV-301 has a controller already: Twin'],
  ])('says which part is there already: %s', async (part, more, text) => {
    await register(backend.admin, place, { name: 'Twin', serial: 'S-1', equipment: place.equipmentId });
    const body = { name: 'Another', type: 'VAV', site: place.siteId, ...more, ...('equipment' in more ? { equipment: place.equipmentId } : {}) };
    const answer = await backend.admin.post('/api/v1/controllers', body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'DUPLICATE_CONTROLLER', errors: [{ path: part }] } });
    expect(answer.body.detail).toContain(text);
  });

  it('refuses places that do not exist or do not belong together', async () => {
    const other = await makePlace(backend.database);
    for (const [wrong, path] of [
      [{ building: other.buildingId }, 'building'],
      [{ equipment: other.equipmentId }, 'equipment'],
      [{ site: place.buildingId }, 'site'],
    ] as const) {
      const answer = await backend.admin.post('/api/v1/controllers', { name: 'X', type: 'VAV', site: place.siteId, ...wrong });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    }
  });

  it('is for those who may here', async () => {
    const body = { name: 'X', type: 'VAV', site: place.siteId, equipment: place.equipmentId };
    const viewer = await backend.user('viewer');
    expect((await viewer.post('/api/v1/controllers', body)).status).toBe(403);
    const other = await makePlace(backend.database);
    const elsewhere = await backend.user('technician', { scope: 'site', scopeId: other.siteId });
    expect((await elsewhere.post('/api/v1/controllers', body)).status).toBe(403);
    const here = await backend.user('technician', { scope: 'floor', scopeId: place.floorId });
    expect((await here.post('/api/v1/controllers', body)).status).toBe(201);
  });

  it('twice at the same moment succeeds once', async () => {
    const body = { name: 'Race', type: 'VAV', site: place.siteId };
    const answers = await Promise.all(Array.from({ length: 6 }, () => backend.admin.post('/api/v1/controllers', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe('a CSV file', () => {
  it('is judged without a trace by a dry run, and applied with its claims', async () => {
    await addEquipment(backend.database, place, 'VAV-302');
    const text = `name,type,site,building,equipment,serial\nA,VAV,${site},House,VAV-301,S-1\n"B, the second",VAV,${site},House,VAV-302,\n`;
    const dry = await csv(text);
    expect(dry).toMatchObject({ status: 200, body: { rows: 2, applied: false, errors: [], claims: [] } });
    expect(dry.body.preview).toEqual([
      { line: 2, name: 'A', type: 'VAV', site, equipment: 'VAV-301' },
      { line: 3, name: 'B, the second', type: 'VAV', site, equipment: 'VAV-302' },
    ]);
    expect(await countAtSite()).toBe(0);
    const done = await csv(text, false);
    expect(done.body).toMatchObject({ applied: true, claims: [{ name: 'A' }, { name: 'B, the second' }] });
    expect(await countAtSite()).toBe(2);
    const claim = done.body.claims[1];
    if (claim === undefined) throw new Error('no claim');
    await expect(Box.enrol(backend.bus, claim, 'S-2')).resolves.toMatchObject({ deviceId: claim.controllerId });
  });

  it('names line and column of every fault, and registers nothing', async () => {
    await register(backend.admin, place, { name: 'Old', serial: 'S-9', equipment: place.equipmentId });
    const text = [
      'name,type,site,building,equipment,serial',
      `Good,VAV,${site},,,`,
      `,VAV,${site},,,`,
      `C,VAV,Nowhere,,,`,
      `D,VAV,${site},Barn,,`,
      `E,VAV,${site},House,VAV-999,`,
      `Old,VAV,${site},,,`,
      `F,VAV,${site},,VAV-301,`,
      `G,VAV,${site},,,S-9`,
      `Good,VAV,${site},,,`,
      `H,VAV,${site}`,
      `${'x'.repeat(121)},VAV,${site},,,`,
    ].join('\r\n');
    const { body } = await csv(text, false);
    expect(body.applied).toBe(false);
    expect(body.errors.map(({ line, column, text }) => `${line} ${column ?? '-'}: ${text}`)).toEqual([
      '3 name: name is empty.',
      '4 site: There is no site Nowhere.',
      `5 building: There is no building Barn at ${site}.`,
      '6 equipment: There is no equipment VAV-999 in House.',
      `7 name: There is a controller Old at ${site} already.`,
      '8 equipment: VAV-301 has a controller already: Old.',
      '9 serial: Serial S-9 belongs to Old already.',
      '10 name: The name Good stands in line 2 already.',
      '11 -: This line has 3 values, the first line names 6 columns.',
      expect.stringMatching(/^12 name: name /) as string,
    ]);
    expect(await countAtSite()).toBe(1);
  });

  it.each([
    ['', 'The file is empty.'],
    ['name,type,site\n', 'The file has a header, but no controllers.'],
    ['name,type\nA,VAV\n', 'The column site is missing.'],
    ['name,type,site,colour\nA,VAV,S,red\n', 'There is no column colour here.'],
    ['name,name,type,site\nA,A,VAV,S\n', 'The column name appears twice.'],
    ['name,type,site\n"A,VAV,S\n', 'A quotation mark is opened, but never closed.'],
    ['name,type,site\nA "x" y,VAV,S\n', 'A quotation mark stands in the middle of a value.'],
  ])('%j is refused in words: %s', async (text, expected) => {
    const { body } = await csv(text, false);
    expect(body.errors[0]?.text).toContain(expected);
    expect(body.applied).toBe(false);
  });

  it('is read with a byte order mark, semicolons and blank lines, as spreadsheets write it', async () => {
    const { body } = await csv(`\uFEFFName;Type;Site\r\n\r\nA;VAV;${site}\r\n`);
    expect(body).toMatchObject({ rows: 1, errors: [], preview: [{ name: 'A' }] });
  });

  it('that is no UTF-8, no CSV or too large says so', async () => {
    expect(await csv(new Uint8Array([0x6e, 0xff, 0xfe]))).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/CSV UTF-8/) as string } });
    expect(await csv('x'.repeat(3_000_000))).toMatchObject({ status: 413 });
    expect((await backend.admin.post('/api/v1/controllers/csv', {})).status).toBe(415);
  });

  it('reaches only where the caller may register', async () => {
    const other = await makePlace(backend.database);
    const technician = await backend.user('technician', { scope: 'site', scopeId: other.siteId });
    const { body } = await csv(`name,type,site\nA,VAV,${site}\n`, false, technician);
    expect(body.errors).toMatchObject([{ line: 2, column: 'site', text: expect.stringMatching(/roles do not allow/) as string }]);
  });

  it('of two thousand controllers takes seconds', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `Many ${index},VAV,${site},,,`);
    const { body } = await csv(`name,type,site,building,equipment,serial\n${rows.join('\n')}\n`, false);
    expect(body).toMatchObject({ applied: true, rows: 2000 });
    expect(new Set(body.claims.map(({ slot }) => slot)).size).toBe(2000);
  });
});

describe('the list of controllers', () => {
  it('is paged in the order of names, searched and filtered', async () => {
    for (const name of ['delta', 'alpha', 'charlie', 'bravo']) await register(backend.admin, place, { name, serial: `SER-${name}` });
    const first = await list(`?site=${place.siteId}&limit=3`);
    expect(first.items.map(({ name }) => name)).toEqual(['alpha', 'bravo', 'charlie']);
    const second = await list(`?site=${place.siteId}&limit=3&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ name: 'delta' }], nextCursor: null });
    expect((await list(`?site=${place.siteId}&search=CHAR`)).items.map(({ name }) => name)).toEqual(['charlie']);
    expect((await list(`?site=${place.siteId}&search=ser-bravo`)).items.map(({ name }) => name)).toEqual(['bravo']);
    expect((await list(`?site=${place.siteId}&search=%25`)).items).toEqual([]);
    expect((await list(`?site=${place.siteId}&status=active`)).items).toEqual([]);
    expect((await list(`?site=${place.siteId}&link=never`)).items).toHaveLength(4);
    expect((await backend.admin.get('/api/v1/controllers?cursor=nonsense')).body).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('ends where the scope ends', async () => {
    const { controller } = await register(backend.admin, place, { equipment: place.equipmentId });
    const other = await makePlace(backend.database);
    await register(backend.admin, other, { equipment: other.equipmentId });
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: other.floorId });
    const seen = await list('', viewer);
    expect(seen.items.every((item) => item.floor?.id === other.floorId)).toBe(true);
    expect(seen.items).toHaveLength(1);
    expect((await viewer.get(`/api/v1/controllers/${controller.id}`)).status).toBe(404);
  });
});
