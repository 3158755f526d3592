import type { ImportReport, Point, Problem, SiteTree } from '@cupola/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend, type TestBackend } from '../harness.js';
import { HOUSE, importModel, PREFIXES, sendModel } from './models.js';

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend();
});
afterAll(() => backend.close());

const pointsOf = async (buildingId: string) => (await backend.admin.get<{ items: Point[] }>(`/api/v1/points?building=${buildingId}`)).body.items;
const rowsIn = async (table: string) => (await backend.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;
const audited = (result: string) =>
  backend.database.query<{ operation: string; code: string | null; reason: string | null; target_id: string | null }>(
    `SELECT operation, code, reason, target_id FROM audit_records WHERE operation = 'building.import' AND result = $1 ORDER BY at DESC`,
    [result],
  );

describe('importing a model', () => {
  it('reports first, changes nothing, and then applies everything at once', async () => {
    const sent = await sendModel(backend.admin, HOUSE, 'site=Two%20phases&unitSystem=metric&timeZone=Europe/Berlin');
    expect(sent.status).toBe(201);
    expect(sent.body).toMatchObject({
      ...{ status: 'ready', site: 'Two phases', building: 'House', appliedAt: null, buildingId: null },
      counts: { floors: 2, spaces: 2, zones: 2, equipment: 3, points: 6, controllers: 0 },
      diff: { added: 15, changed: 0, unchanged: 0, missing: 0 },
      findings: [{ severity: 'warning', code: 'POINT_WITHOUT_EQUIPMENT', subject: 'meter' }],
    });
    expect(await rowsIn('sites')).toBe(0);

    const applied = await backend.admin.post<ImportReport>(`/api/v1/imports/${sent.body.id}/apply`);
    expect(applied.status).toBe(200);
    expect(applied.body).toMatchObject({ status: 'applied', counts: sent.body.counts });
    const { body } = await backend.admin.get<{ items: SiteTree[] }>('/api/v1/sites');
    expect(body.items).toMatchObject([
      { name: 'Two phases', timeZone: 'Europe/Berlin', buildings: [{ name: 'House', equipment: 3, points: 6, plantPoints: 2, floors: [{ level: 1, spaces: 1 }, { level: 2 }] }] },
    ]);
    expect(await audited('done')).toMatchObject([{ target_id: applied.body.buildingId }]);
    expect((await backend.admin.get<ImportReport>(`/api/v1/imports/${sent.body.id}`)).body).toEqual(applied.body);
    expect((await backend.admin.post(`/api/v1/imports/${sent.body.id}/apply`)).body.code).toBe('IMPORT_ALREADY_APPLIED');
  });

  it('keeps the ids of what it knows when a changed model comes, and what the model lacks', async () => {
    const query = 'site=Changing&unitSystem=metric';
    const buildingId = await importModel(backend.admin, HOUSE, query);
    const before = await pointsOf(buildingId);
    const changed = HOUSE.replace('"Zone setpoint"', '"Wanted temperature"')
      .replace(':v201.temp a brick:Zone_Air_Temperature_Sensor ; rdfs:label "Zone temperature" .', '')
      .replace('brick:hasPoint :v201.temp', 'brick:hasPoint :v201.new')
      .concat(':v201.new a brick:CO2_Sensor .');
    const { body } = await sendModel(backend.admin, changed, query);
    expect(body.diff).toEqual({ added: 1, changed: 1, unchanged: 13, missing: 1 });
    expect(body.findings.map(({ code }) => code)).toContain('NO_LONGER_IN_MODEL');
    await backend.admin.post(`/api/v1/imports/${body.id}/apply`);

    const after = await pointsOf(buildingId);
    expect(after).toHaveLength(before.length + 1);
    const idOf = (points: Point[], key: string) => points.find((point) => point.key === key)?.id;
    for (const { key } of before) expect(idOf(after, key)).toBe(idOf(before, key));
    expect(after.find(({ key }) => key === 'v101.setpoint')?.label).toBe('Wanted temperature');
  });

  it('follows a model into another namespace, and floors that swap their levels', async () => {
    const query = 'site=Moving&unitSystem=metric&building=House';
    const buildingId = await importModel(backend.admin, HOUSE, query);
    const before = await pointsOf(buildingId);
    const moved = HOUSE.replace('urn:example:house#', 'urn:example:palace#')
      .replace(':floor1 a brick:Floor', ':floor1 a brick:Floor ; rdfs:label "Level 2"')
      .replace(':floor2 a brick:Floor', ':floor2 a brick:Floor ; rdfs:label "Level 1"');
    expect(await importModel(backend.admin, moved, query)).toBe(buildingId);
    const after = await pointsOf(buildingId);
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    expect(after.find(({ key }) => key === 'v101.temp')).toMatchObject({ sourceId: 'urn:example:palace#v101.temp', floor: { level: 2, name: 'Level 2' } });
  });

  it('refuses a report that others have overtaken', async () => {
    const query = 'site=Overtaken&unitSystem=metric';
    const [first, second] = [await sendModel(backend.admin, HOUSE, query), await sendModel(backend.admin, HOUSE, query)];
    expect((await backend.admin.post(`/api/v1/imports/${first.body.id}/apply`)).status).toBe(200);
    const late = await backend.admin.post(`/api/v1/imports/${second.body.id}/apply`);
    expect([late.status, late.body.code]).toEqual([409, 'IMPORT_STALE']);
    const [third, fourth] = [await sendModel(backend.admin, HOUSE, query), await sendModel(backend.admin, HOUSE, query)];
    const both = await Promise.all([third, fourth].map(({ body }) => backend.admin.post(`/api/v1/imports/${body.id}/apply`)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it.each([
    ['malformed', `${PREFIXES}\n:a a brick:Room ;; x`, 422, 'MODEL_MALFORMED', /^Line 9: Unexpected "x"/],
    ['empty', PREFIXES, 422, 'MODEL_EMPTY', /no floor, room, zone, equipment or point/],
    ['blank', ' \n ', 422, 'MODEL_EMPTY', /no body/],
  ])('stores nothing of a %s model but who tried', async (_what, turtle, status, code, text) => {
    const stored = await rowsIn('imports');
    const { body, status: answered } = await sendModel<Problem>(backend.admin, turtle, 'site=Nowhere&unitSystem=metric');
    expect([answered, body.code]).toEqual([status, code]);
    expect(body.detail).toMatch(text);
    expect(await rowsIn('imports')).toBe(stored);
    if (turtle.trim() !== '') expect((await audited('refused'))[0]).toMatchObject({ code, reason: body.detail });
  });

  it('keeps the report of a model with errors, and never applies it', async () => {
    const { status, body } = await sendModel(backend.admin, `${PREFIXES} :floor1 a brick:Floor . :level1 a brick:Floor .`, 'site=Wrong&unitSystem=metric');
    expect([status, body.status]).toEqual([201, 'rejected']);
    expect(body.findings).toMatchObject([{ severity: 'error', code: 'DUPLICATE_LEVEL' }]);
    const refused = await backend.admin.post(`/api/v1/imports/${body.id}/apply`);
    expect([refused.status, refused.body.code]).toEqual([422, 'MODEL_HAS_ERRORS']);
    expect(await backend.database.query('SELECT 1 FROM sites WHERE name = $1', ['Wrong'])).toEqual([]);
  });

  it('refuses what is no Turtle by its type, what is too large by its size, and a time zone nobody knows', async () => {
    const json = await backend.admin.post('/api/v1/imports?site=A&unitSystem=metric', { some: 'json' });
    expect([json.status, json.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const large = await sendModel<Problem>(backend.admin, `#${'x'.repeat(33 * 1024 * 1024)}`);
    expect([large.status, large.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const zone = await sendModel<Problem>(backend.admin, HOUSE, 'site=A&unitSystem=metric&timeZone=Mars/Olympus');
    expect([zone.status, zone.body.code, zone.body.errors?.[0]?.path]).toEqual([422, 'VALIDATION_FAILED', 'timeZone']);
    const units = await sendModel<Problem>(backend.admin, HOUSE, 'site=A');
    expect([units.status, units.body.errors?.[0]?.path]).toEqual([422, 'unitSystem']);
  });

  it('is for those who may, where they may', async () => {
    const buildingId = await importModel(backend.admin, HOUSE, 'site=Guarded&unitSystem=metric');
    const technician = await backend.user('technician', { scope: 'building', scopeId: buildingId });
    const viewer = await backend.user('viewer');
    expect((await sendModel<Problem>(viewer, HOUSE, 'site=Guarded&unitSystem=metric')).body.code).toBe('FORBIDDEN');
    expect((await sendModel<Problem>(technician, HOUSE, 'site=Unheard&unitSystem=metric')).body.code).toBe('FORBIDDEN');
    const own = await sendModel(technician, HOUSE, 'site=Guarded&unitSystem=metric');
    expect(own.status).toBe(201);
    const others = await sendModel(backend.admin, HOUSE, 'site=Elsewhere&unitSystem=metric');
    expect((await technician.get(`/api/v1/imports/${others.body.id}`)).status).toBe(404);
    expect((await technician.post(`/api/v1/imports/${others.body.id}/apply`)).status).toBe(404);
    const list = await technician.get<{ items: ImportReport[] }>('/api/v1/imports');
    expect(new Set(list.body.items.map(({ site }) => site))).toEqual(new Set(['Guarded']));
  });

  it('lists reports newest first, page by page', async () => {
    const whole = await backend.admin.get<{ items: ImportReport[] }>('/api/v1/imports?limit=1000');
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { body: { items: ImportReport[]; nextCursor: string | null } } = await backend.admin.get(`/api/v1/imports?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.nextCursor;
    }
    expect(ids).toEqual(whole.body.items.map(({ id }) => id));
    expect((await backend.admin.get('/api/v1/imports?cursor=nonsense')).body.code).toBe('CURSOR_INVALID');
  });
});
