import { DomainError } from '@cupola/contracts';
import { describe, expect, it } from 'vitest';
import { readTurtle } from '../../src/modules/building/import/read-turtle.js';
import { HOUSE, PREFIXES, resolved } from './models.js';

const codesOf = async (turtle: string) => (await resolved(PREFIXES + turtle)).findings.list().map(({ severity, code }) => `${severity} ${code}`);

describe('reading Turtle', () => {
  it.each([
    ['x', /^Line 1: /],
    [`${PREFIXES}\n:a a brick:Room .\n:b a brick:Room brick:x .\n`, /^Line 10: Expected punctuation to follow/],
    [`${PREFIXES}\n:a a brick:Room`, /^Line 9: Expected punctuation to follow/],
    [':a a :b .', /^Line 1: .*[Uu]ndefined prefix/],
    ['\n\u0000', /^Line 2: a NUL or half a character/],
    [':a :b "\\u0000" .', /^Line 1: a NUL or half a character/],
    ['\n:a :b "\\uD83D" .', /^Line 2: a NUL or half a character/],
    ['{"json": true}', /^Line 1: /],
  ])('says the line and what was expected: %j', async (turtle, text) => {
    const failure = await readTurtle(turtle).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DomainError);
    expect(failure).toMatchObject({ code: 'MODEL_MALFORMED', message: expect.stringMatching(text) as string });
  });
});

describe('a long model', () => {
  it.each([0, 1, 2, 3])('keeps every character where slices meet (%i)', async (shift) => {
    const name = 'Ventilation '.concat('\u{1F3E2}é'.repeat(60_000));
    const { model } = await resolved(`${PREFIXES}#${'-'.repeat(shift)}\n:v a brick:VAV ; rdfs:label "${name}" .`);
    expect(model.equipment[0]?.name === name).toBe(true);
  });
});

describe('resolving a model', () => {
  it('places points by the rooms of the zone that their equipment feeds', async () => {
    const { model } = await resolved(HOUSE);
    expect(model).toMatchObject({ name: 'House', sourceId: 'urn:example:house#house' });
    expect(model.equipment.map(({ name, floor, parent }) => [name, floor?.slice(-6) ?? null, parent])).toEqual([
      ['AHU 1', null, null],
      ['VAV 101', 'floor1', null],
      ['VAV 201', 'floor2', null],
    ]);
    expect(model.points.find(({ key }) => key === 'v101.temp')).toMatchObject({
      ...{ floor: 'urn:example:house#floor1', zone: 'urn:example:house#RM101', equipment: 'urn:example:house#VAVRM101' },
      externalRefs: [
        { kind: 'timeseries', value: 'ts-1' },
        { kind: 'bacnet', value: 'bacnet://123/analog-value,5/present-value' },
      ],
    });
  });

  it('reads every version of Brick, and every relation in both directions', async () => {
    const older = HOUSE.replace('https://brickschema.org/schema/Brick#', 'https://brickschema.org/schema/1.0.2/Brick#');
    const inverse = `${PREFIXES}
      :f1 a brick:Floor . :r1 a brick:Room . :z a brick:HVAC_Zone . :v a brick:VAV . :p a brick:Zone_Air_Temperature_Sensor . :ahu a brick:AHU .
      :f1 brick:hasPart :r1 . :r1 brick:isPartOf :z . :z brick:isFedBy :v . :v brick:isFedBy :ahu . :p brick:isPointOf :v . :v brick:hasLocation :r1 .`;
    expect((await resolved(older)).model.points).toHaveLength(6);
    const { model, findings } = await resolved(inverse);
    expect(findings.list()).toEqual([]);
    expect(model.points[0]).toMatchObject({ floor: 'urn:example:house#f1', zone: 'urn:example:house#z', equipment: 'urn:example:house#v' });
    expect(model.equipment).toMatchObject([{ space: 'urn:example:house#r1', feedsZones: ['urn:example:house#z'] }, { feedsEquipment: ['urn:example:house#v'] }]);
  });

  it('reads classes that the file defines through their superclasses', async () => {
    const { model, findings } = await resolved(`${PREFIXES}
      :Glimmer rdfs:subClassOf brick:Luminaire . :Glow rdfs:subClassOf :Warmth . :Warmth rdfs:subClassOf brick:Zone_Air_Temperature_Sensor .
      :f1 a brick:Floor . :l a :Glimmer ; brick:hasLocation :f1 ; brick:hasPoint :g . :g a :Glow .`);
    expect(findings.list()).toEqual([]);
    expect(model.equipment).toMatchObject([{ brickClass: 'Glimmer', floor: 'urn:example:house#f1' }]);
    expect(model.points).toMatchObject([{ brickClass: 'Glow', unit: 'degC', function: 'sensor' }]);
  });

  it('takes the unit that the model names before the one of the class', async () => {
    const { model } = await resolved(`${PREFIXES} :f a brick:Fan ; brick:hasPoint :t . :t a brick:Supply_Air_Temperature_Setpoint ; brick:hasUnit unit:DEG_F .`);
    expect(model.points[0]).toMatchObject({ unit: 'degF', min: null, max: null, writable: true });
  });

  it('makes keys unique with as much of the IRI as that takes', async () => {
    const { model } = await resolved(`${PREFIXES}
      <http://a/x/t> a brick:CO2_Sensor . <http://a/y/t> a brick:CO2_Sensor . <http://b/y/t> a brick:CO2_Sensor . <http://a/x/u> a brick:CO2_Sensor .`);
    expect(model.points.map(({ key }) => key)).toEqual(['x/t', 'a/y/t', 'b/y/t', 'u']);
    expect(new Set(model.points.map(({ key }) => key)).size).toBe(4);
  });

  it('tells points of one owner apart that share a label', async () => {
    const { model } = await resolved(`${PREFIXES} :v a brick:VAV ; brick:hasPoint :east.temp, :west.temp .
      :east.temp a brick:Zone_Air_Temperature_Sensor ; rdfs:label "Zone temperature" . :west.temp a brick:Zone_Air_Temperature_Sensor ; rdfs:label "Zone temperature" .`);
    expect(model.points.map(({ label }) => label)).toEqual(['Zone temperature (east)', 'Zone temperature (west)']);
  });

  it.each([
    ['two floors with one level', ':floor1 a brick:Floor . :x a brick:Floor ; rdfs:label "Level 1" .', ['error DUPLICATE_LEVEL']],
    ['a floor without a level', ':roof a brick:Floor .', ['warning FLOOR_LEVEL_GUESSED']],
    ['cyclic equipment', ':a a brick:Fan ; brick:hasPart :b . :b a brick:Fan ; brick:hasPart :a .', ['error CYCLIC_PARTS']],
    ['equipment that is its own part', ':a a brick:Fan ; brick:hasPart :a .', ['error CYCLIC_PARTS']],
    ['cyclic rooms', ':f1 a brick:Floor . :a a brick:Room ; brick:hasPart :b . :b a brick:Room ; brick:hasPart :a .', ['error CYCLIC_PARTS', 'warning ROOM_WITHOUT_FLOOR']],
    ['one id for two things', ':floor1 a brick:Floor, brick:VAV .', ['error CONFLICTING_CLASSES']],
    ['several buildings', ':a a brick:Building . :b a brick:Building .', ['error SEVERAL_BUILDINGS']],
    ['an unknown class', ':a a brick:Frobnicator .', ['warning UNKNOWN_CLASS']],
    ['an unknown class of a point', ':v a brick:VAV ; brick:hasPoint :p . :p a brick:Frobnication .', ['warning CLASS_WITHOUT_UNIT']],
    ['a room without a floor', ':a a brick:Room .', ['warning ROOM_WITHOUT_FLOOR']],
    ['a room whose floor only its number tells', ':floor2 a brick:Floor . :RM204_room a brick:Room .', ['warning FLOOR_FROM_NAME']],
    ['a zone without rooms', ':z a brick:HVAC_Zone .', ['warning ZONE_WITHOUT_ROOMS']],
    ['a thing without a class', ':v a brick:VAV ; brick:hasPoint :p .', ['warning WITHOUT_CLASS']],
    ['equipment as a point', ':a a brick:AHU ; brick:hasPoint :f . :f a brick:Fan .', ['warning EQUIPMENT_AS_POINT']],
    ['a shared point', ':a a brick:Fan ; brick:hasPoint :p . :b a brick:Fan ; brick:hasPoint :p . :p a brick:Power_Sensor .', ['warning POINT_SHARED']],
    ['a point with points', ':v a brick:VAV ; brick:hasPoint :p . :p a brick:CO2_Sensor ; brick:hasPoint :q . :q a brick:Power_Sensor .', ['warning POINT_WITHOUT_EQUIPMENT', 'warning POINT_WITH_POINTS']],
    ['one series twice', ':v a brick:VAV ; brick:hasPoint :p, :q . :p a brick:CO2_Sensor ; ref:hasTimeseriesId "7" . :q a brick:CO2_Sensor ; ref:hasTimeseriesId "7" .', ['warning SERIES_SHARED']],
  ])('reports %s', async (_what, turtle, codes) => {
    expect(await codesOf(turtle)).toEqual(codes);
  });

  it('says one thing once, however many it concerns', async () => {
    const rooms = Array.from({ length: 40 }, (_, at) => `:r${at} a brick:Room .`).join('\n');
    const [finding, ...others] = (await resolved(PREFIXES + rooms)).findings.list();
    expect(others).toEqual([]);
    expect(finding?.subject).toBe('R0, R1, R2, R3, R4 and 35 more');
  });
});
