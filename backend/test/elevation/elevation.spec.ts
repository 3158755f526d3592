import { elevation, type Elevation, powerHistory, type PowerHistory } from '@cupola/contracts';
import { FakeClock } from '@cupola/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModel, PREFIXES } from '../building/models.js';
import { startBackend, type TestBackend } from '../harness.js';
import { remember, serve, type Served } from '../points/serve.js';

const MINUTE = 60_000;
const NOW = Date.now() - (Date.now() % (5 * MINUTE)) + MINUTE;
const clock = new FakeClock(NOW);

/** Two floors; on the first two rooms with everything, on the second one with a temperature alone. A main meter and the weather on none. */
const TOWER = `${PREFIXES}
:tower a brick:Building ; rdfs:label "Tower" .
:floor1 a brick:Floor ; brick:isPartOf :tower . :floor2 a brick:Floor ; brick:isPartOf :tower .
${[['101', 1], ['102', 1], ['201', 2]]
  .map(([room, floor]) => `:RM${room}_room a brick:Room ; brick:isPartOf :floor${floor} . :RM${room} a brick:HVAC_Zone ; brick:hasPart :RM${room}_room .
:VAVRM${room} a brick:VAV ; brick:feeds :RM${room} ; brick:hasPoint :v${room}.temp${room === '201' ? '' : `, :v${room}.setpoint, :v${room}.co2, :v${room}.power`} .
:v${room}.temp a brick:Zone_Air_Temperature_Sensor .
${room === '201' ? '' : `:v${room}.setpoint a brick:Zone_Air_Temperature_Setpoint . :v${room}.co2 a brick:CO2_Level_Sensor . :v${room}.power a brick:Electric_Power_Sensor .`}`)
  .join('\n')}
:main a brick:Building_Electrical_Meter ; brick:hasPoint :main.power . :main.power a brick:Electric_Power_Sensor .
:station a brick:Weather_Station ; brick:hasPoint :out.temp, :out.hum . :out.temp a brick:Outside_Air_Temperature_Sensor . :out.hum a brick:Outside_Air_Humidity_Sensor .
`;

let first: TestBackend;
let backend: TestBackend;
let buildingId: string;
let served: Served;

const look = async (client = backend.admin) => (await client.get<Elevation>(`/api/v1/buildings/${buildingId}/elevation`)).body;
const power = async (client = backend.admin) => (await client.get<PowerHistory>(`/api/v1/buildings/${buildingId}/power`)).body;

beforeAll(async () => {
  first = await startBackend();
  buildingId = await importModel(first.admin, TOWER);
  served = await serve(first.database, buildingId, ['v101.temp', 'v101.setpoint', 'v101.co2', 'v101.power', 'v102.temp', 'v102.power', 'main.power', 'out.temp', 'out.hum']);
  const values: Record<string, number> = { 'v101.temp': 22.5, 'v101.setpoint': 21, 'v101.co2': 640, 'v101.power': 1.5, 'v102.power': 0.5, 'main.power': 12, 'out.temp': 4.2, 'out.hum': 61 };
  for (const [key, value] of Object.entries(values)) await remember(first.database, served.channels.get(key), value, NOW - MINUTE);
  await remember(first.database, served.channels.get('v102.temp'), 21, NOW - 40 * MINUTE);
  backend = await startBackend({ clock, env: { DATABASE_URL: first.databaseUrl } });
});
afterAll(async () => {
  await backend.close();
  await first.close();
});

describe('the elevation of a building', () => {
  it('shows the floors from the top down, each zone with what is known of it and how well', async () => {
    const body = await look();
    expect(elevation.parse(body)).toEqual(body);
    expect(body.floors.map(({ level, zones }) => [level, zones.map(({ name }) => name)])).toEqual([[2, ['201']], [1, ['101', '102']]]);
    const [first101, second102] = body.floors[1]?.zones ?? [];
    expect(first101).toMatchObject({
      temperature: { value: 22.5, unit: 'degC', quality: 'GOOD' },
      setpoint: { value: 21, quality: 'GOOD' },
      co2: { value: 640, unit: 'ppm' },
      power: { value: 1.5, unit: 'kW' },
      light: null,
    });
    expect(second102).toMatchObject({ temperature: { value: 21, quality: 'STALE' }, setpoint: { value: null, quality: 'UNKNOWN' }, co2: { quality: 'UNKNOWN' } });
    expect(body.floors[0]?.zones[0]).toMatchObject({ temperature: { value: null, quality: 'UNKNOWN' }, setpoint: null });
  });

  it('tells the weather, the power without counting it twice, and the controllers', async () => {
    expect(await look()).toMatchObject({
      outside: { temperature: { value: 4.2, quality: 'GOOD' }, humidity: { value: 61 } },
      power: { kilowatts: 12, known: 1, meters: 1 },
      controllers: { live: 1, all: 1 },
      floors: [{ power: { kilowatts: null, known: 0, meters: 0 } }, { power: { kilowatts: 2, known: 2, meters: 2 } }],
    });
    await backend.database.query(`UPDATE controllers SET link = 'offline'`);
    expect(await look()).toMatchObject({ power: { kilowatts: null, known: 0, meters: 1 }, controllers: { live: 0, all: 1 }, outside: { temperature: { quality: 'DOWN' } } });
    await backend.database.query(`UPDATE controllers SET link = 'online'`);
  });

  it('counts what was annunciated in the last hour, and nothing else', async () => {
    const line = (number: number, fact: string, state: string, age: string) =>
      backend.database.query(
        `INSERT INTO alarm_journal (number, alarm_id, definition_id, site_id, building_id, floor_id, fact, occurrence, at, recorded_at, state, acked)
         SELECT $1, gen_random_uuid(), gen_random_uuid(), b.site_id, b.id, f.id, $2, 1, now(), now() - $4::interval, $3, false
         FROM buildings b JOIN floors f ON f.building_id = b.id AND f.level = 1 WHERE b.id = $5`,
        [number, fact, state, age, buildingId],
      );
    await line(1, 'ACTIVATED', 'UNACK', '2 hours');
    await line(2, 'ACTIVATED', 'UNACK', '10 minutes');
    await line(3, 'ACKNOWLEDGED', 'ACKED', '9 minutes');
    await line(4, 'ACTIVATED', 'DSUPR', '8 minutes');
    expect((await look()).alarmsLastHour).toBe(1);
    const upstairs = await backend.user('viewer', { scope: 'floor', scopeId: (await look()).floors[0]?.id ?? '' });
    expect((await look(upstairs)).alarmsLastHour).toBe(0);
  });

  it('shows people what their scope lets them see, and hides the rest', async () => {
    const [, ground] = (await look()).floors;
    const viewer = await backend.user('viewer', { scope: 'floor', scopeId: ground?.id ?? '' });
    expect(await look(viewer)).toMatchObject({ floors: [{ id: ground?.id }], outside: { temperature: null, humidity: null }, power: { kilowatts: 2, meters: 2 }, controllers: { live: 0, all: 0 } });
    expect((await look(viewer)).floors).toHaveLength(1);
    const other = await importModel(backend.admin, TOWER.replaceAll('urn:example:house', 'urn:example:other'), 'site=Other&unitSystem=metric');
    expect((await viewer.get(`/api/v1/buildings/${other}/elevation`)).status).toBe(404);
    expect((await viewer.get(`/api/v1/buildings/${other}/power`)).status).toBe(404);
    expect((await viewer.get('/api/v1/buildings/00000000-0000-4000-8000-000000000000/elevation')).status).toBe(404);
  });
});

describe('the power of the last hours', () => {
  it('is a sum of means, with a hole wherever one meter has no good value', async () => {
    const from = Date.parse((await power()).from);
    const day = [from, from + 24 * 60 * MINUTE].map((at) => new Date(at).toISOString());
    await backend.database.query(`CREATE TABLE samples_of_the_day PARTITION OF samples FOR VALUES FROM ('${day[0]}') TO ('${day[1]}')`);
    const sample = (key: string, step: number, value: number, quality = 0) =>
      backend.database.query(`INSERT INTO samples SELECT $1::int, t, t, $3::float8, $4::smallint FROM (SELECT to_timestamp($2::float8 / 1000)) AS s (t)`, [served.channels.get(key), from + step * 5 * MINUTE + MINUTE, value, quality]);
    for (const [key, step, value, quality] of [['v101.power', 70, 1, 0], ['v101.power', 70, 3, 0], ['v102.power', 70, 0.5, 0], ['v101.power', 71, 2, 0], ['v102.power', 71, 9, 3], ['main.power', 71, 20, 0]] as const) {
      await sample(key, step, value, quality);
    }
    const body = await power();
    expect(powerHistory.parse(body)).toEqual(body);
    expect([body.stepMs, body.building.kilowatts.length]).toEqual([5 * MINUTE, 72]);
    expect(body.floors.map(({ meters, kilowatts }) => [meters, kilowatts.slice(-3)])).toEqual([[0, [null, null, null]], [2, [null, 2.5, null]]]);
    expect(body.building.kilowatts.slice(-2)).toEqual([null, 20]);
  });
});
