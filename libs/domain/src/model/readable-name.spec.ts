import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classWords, hasWords } from './class-words.js';
import { entityRole, isMeterClass } from './entity-role.js';
import { naturalOrder } from './natural-order.js';
import { classLabel, equipmentName, floorLevel, idInWords, isCode, lastSegment, roomNumber, spaceName } from './readable-name.js';
import { namedUnit, unitAtEndOf, unitSymbol } from './units.js';

describe('names for people', () => {
  it.each([
    ['RM243C_LAB_room', undefined, '243C'],
    ['RM249_A_LAB_room', undefined, '249 A'],
    ['RM043B_A_LAB_room', undefined, '043B A'],
    ['RM00D_LAB_room', undefined, '00D'],
    ['rooms/lobby_room', undefined, 'Lobby'],
    ['room', undefined, 'Room'],
    ['building:gtc/rooms/2.H.1B/room', '2.H.1B', '2.H.1B'],
  ])('a space %s labelled %s is called %s', (idName, label, name) => {
    expect(spaceName(idName, label)).toBe(name);
  });

  it.each([
    ['VAVRM243C_LAB', 'VAV', undefined, 'VAV 243C'],
    ['AHU01A', 'Air_Handler_Unit', undefined, 'AHU 01A'],
    ['chiller', 'Chiller', undefined, 'Chiller'],
    ['building:gtc/vavs/0/vav', 'VAV', undefined, 'VAV 0'],
    ['building:gtc/vavs/0/supply_damper', 'Damper', undefined, 'Supply damper 0'],
    ['building:gtc/ahu', 'AHU', undefined, 'AHU'],
    ['x/dampers/3', 'Damper', undefined, 'Damper 3'],
    ['17', 'Fan', undefined, 'Fan 17'],
    ['/', 'Fan', undefined, 'Fan'],
    ['x', 'Damper', '-01-ZVNV-1A1-MSU', 'Damper -01-ZVNV-1A1-MSU'],
    ['x', 'VAV', 'VAV 12', 'VAV 12'],
    ['x', 'VAV', 'Box over the entrance', 'Box over the entrance'],
  ])('equipment %s of class %s labelled %s is called %s', (idName, className, label, name) => {
    expect(equipmentName(idName, className, label)).toBe(name);
  });

  it.each([
    ['floor0', 0],
    ['floor9', 9],
    ['0', 0],
    ['Level 2', 2],
    ['L12', 12],
    ['3rd Floor', 3],
    ['-1', -1],
    ['Level -2', -2],
    ['B1', -1],
    ['Basement', -1],
    ['basement 2', -2],
    ['Ground floor', 0],
    ['Third Floor', 3],
    ['Roof', undefined],
    ['Building 4000 wing', undefined],
  ])('the level of %s is %s', (name, level) => {
    expect(floorLevel(name)).toBe(level);
  });

  it('tells codes from words', () => {
    expect(['-W9018', '-01-ZVNV-1A1-TR01', '2.H.1B'].map(isCode)).toEqual([true, true, true]);
    expect(['LEDGO', 'Comfort temperature setpoint 1'].map(isCode)).toEqual([false, false]);
  });

  it('reads classes and ids as words', () => {
    expect(classLabel('Zone_Air_Temperature_Sensor')).toBe('Zone Air Temperature Sensor');
    expect(classLabel('Air_Handling_Unit')).toBe('AHU');
    expect(classWords('FloorHeater')).toEqual(['Floor', 'Heater']);
    expect(hasWords(['CO2', 'Sensor'], ['sensor', 'co2'])).toBe(true);
    expect(idInWords('supply_damper')).toBe('Supply damper');
    expect(idInWords('_')).toBe('_');
    expect(lastSegment('a/b/')).toBe('b');
    expect(lastSegment('/')).toBe('/');
    expect(roomNumber('AHU01A')).toBeUndefined();
  });

  it('never shows an IRI for equipment', () => {
    fc.assert(
      fc.property(fc.webUrl(), (iri) => {
        expect(equipmentName(iri, 'Fan', undefined)).not.toContain('://');
      }),
    );
  });
});

describe('entityRole', () => {
  it.each([
    ['Site', 'site'],
    ['Building', 'building'],
    ['Floor', 'floor'],
    ['Basement', 'floor'],
    ['Room', 'space'],
    ['Open_Office', 'space'],
    ['HVAC_Zone', 'zone'],
    ['Lighting_Zone', 'zone'],
    ['VAV', 'equipment'],
    ['Variable_Air_Volume_Box', 'equipment'],
    ['LEDGO_Lighting_System', 'equipment'],
    ['FloorHeater', 'equipment'],
    ['Sensor_Equipment', 'equipment'],
    ['Building_Electric_Meter', 'equipment'],
    ['Zone_Air_Temperature_Sensor', 'point'],
    ['Pump_Start_Stop_Command', 'point'],
    ['Chilled_Supply_Water', undefined],
    ['Heat_Exchanger_Primary_Output', undefined],
  ] as const)('%s is a %s', (className, role) => {
    expect(entityRole(className)).toBe(role);
  });

  it('knows meters', () => {
    expect([isMeterClass('Building_Electric_Meter'), isMeterClass('Power_Sensor'), isMeterClass('')]).toEqual([true, false, false]);
  });
});

describe('units', () => {
  it('reads the units that models name', () => {
    expect([namedUnit('DEG_F'), namedUnit('KiloW'), namedUnit('furlong')]).toEqual(['degF', 'kW', undefined]);
    expect([unitAtEndOf('ChilledWater_Demand_kBtu'), unitAtEndOf('Meter_kW'), unitAtEndOf('Wing_A'), unitAtEndOf('')]).toEqual([
      'kBtu',
      'kW',
      undefined,
      undefined,
    ]);
    expect([unitSymbol('degF'), unitSymbol('kW')]).toEqual(['°F', 'kW']);
  });
});

describe('naturalOrder', () => {
  it('counts numbers as numbers', () => {
    expect(['10', '2', '203A', '203', 'b2', 'B10', 'a'].sort(naturalOrder)).toEqual(['2', '10', '203', '203A', 'a', 'b2', 'B10']);
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        expect(naturalOrder(a, a)).toBe(0);
        expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) + 0);
        const [x, y, z] = [a, b, c].sort(naturalOrder) as [string, string, string];
        expect(naturalOrder(x, z)).toBeLessThanOrEqual(0);
        expect(naturalOrder(x, y) <= 0 && naturalOrder(y, z) <= 0).toBe(true);
      }),
    );
  });
});
