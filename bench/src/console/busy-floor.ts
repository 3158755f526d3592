/** Rooms of the floor, and what each of them measures: 500 points. */
export const ROOMS = 100;
const MEASURED = ['Zone_Air_Temp', 'Zone_Air_Humidity', 'CO2_Level', 'Occupancy', 'Illuminance'] as const;
const CLASSES = {
  Zone_Air_Temp: 'Zone_Air_Temperature_Sensor',
  Zone_Air_Humidity: 'Zone_Air_Humidity_Sensor',
  CO2_Level: 'Zone_CO2_Level_Sensor',
  Occupancy: 'Occupancy_Count_Sensor',
  Illuminance: 'Illuminance_Sensor',
};
export const POINTS = ROOMS * MEASURED.length;
export const SITE = 'Busy House';

/** One floor of a hundred rooms with a box of equipment each, as a Brick model. */
export function busyFloor(): string {
  const rooms = Array.from({ length: ROOMS }, (_, index) => `${300 + index}`).map((room) => {
    const points = MEASURED.map((point) => `ex:V${room}.${point}`);
    return `
ex:R${room} a brick:Room ; rdfs:label "${room}" . ex:floor brick:hasPart ex:R${room} .
ex:Z${room} a brick:HVAC_Zone ; rdfs:label "${room}" ; brick:hasPart ex:R${room} .
ex:V${room} a brick:VAV ; rdfs:label "VAV ${room}" ; brick:feeds ex:Z${room} ; brick:hasPoint ${points.join(', ')} .
${MEASURED.map((point, index) => `${points[index]} a brick:${CLASSES[point]} .`).join('\n')}`;
  });
  return `@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/busy#> .
ex:house a brick:Building ; rdfs:label "${SITE}" ; brick:hasPart ex:floor .
ex:floor a brick:Floor ; rdfs:label "Floor 3" .
${rooms.join('')}`;
}
