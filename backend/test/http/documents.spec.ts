import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';

const DOCS = new URL('../../../docs/', import.meta.url);
let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

/** The kept document must be what the program says about itself. `CUPOLA_WRITE_DOCS=1 vitest run test/http/documents` renews it. */
async function compare(name: string, text: string): Promise<void> {
  const file = new URL(name, DOCS);
  if (process.env['CUPOLA_WRITE_DOCS'] === '1') await writeFile(file, text);
  const kept = await readFile(file, 'utf8').catch(() => '');
  expect(kept === text, `docs/${name} is stale: run it with CUPOLA_WRITE_DOCS=1`).toBe(true);
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, object>; requestBody?: object; 'x-permission'?: string }>>;
  components: { schemas: Record<string, object> };
}

describe('the documents', () => {
  it('docs/openapi.json is current', async () => {
    const { body } = await backend.anonymous().get('/api/openapi.json');
    await compare('openapi.json', `${JSON.stringify(body, null, 2)}\n`);
  });

  it('docs/asyncapi.yaml is current', async () => {
    const { body, headers } = await backend.anonymous().get<string>('/api/asyncapi.yaml');
    expect(headers.get('content-type')).toContain('application/yaml');
    await compare('asyncapi.yaml', body);
  });

  it('describe every route with its answer, its permission and schemas that exist', async () => {
    const { body } = await backend.anonymous().get<OpenApi>('/api/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const text = JSON.stringify(body);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect(references.filter((name) => body.components.schemas[name] === undefined)).toEqual([]);
    expect(text).not.toContain('#/$defs');
    const silent = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) => {
        const [status = '', done] = Object.entries(responses).find(([key]) => key.startsWith('2')) ?? [];
        const needsContent = path.startsWith('/api/v1/') && status !== '204';
        return done === undefined || (needsContent && !('content' in done)) ? [`${method} ${path}`] : [];
      }),
    );
    expect(silent).toEqual([]);
  });

  it('can be read in a browser without anything from elsewhere or inline', async () => {
    const { body, headers } = await backend.anonymous().get<string>('/api/docs');
    expect(headers.get('content-type')).toContain('text/html');
    expect(body).not.toMatch(/<script>|<style|style=|https?:/);
    for (const [, address = ''] of body.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect((await backend.anonymous().get(address)).status, address).toBe(200);
    }
  });
});
