/** What every box of the model can be told, and how its controller holds it. */
export const OUTPUTS = [
  { suffix: 'Zone_Air_Temp_Setpoint', brickClass: 'Zone_Air_Temperature_Setpoint', least: 14, most: 28 },
  { suffix: 'Supply_Air_Temp_Setpoint', brickClass: 'Supply_Air_Temperature_Setpoint', least: 10, most: 35 },
  { suffix: 'Damper_Command', brickClass: 'Damper_Position_Command', least: 0, most: 100 },
  { suffix: 'Fan_Command', brickClass: 'Fan_On_Off_Command', least: 0, most: 1 },
] as const;
export const SENSOR = { suffix: 'Zone_Air_Temp', brickClass: 'Zone_Air_Temperature_Sensor' } as const;

/** A building of air boxes, one to a room, in Turtle. */
export function boxesModel(boxes: number): string {
  const rooms = Array.from({ length: boxes }, (_, index) => roomWithBox(index + 1));
  return `
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/boxes#> .
ex:house a brick:Building ; rdfs:label "Mill" ; brick:hasPart ex:floor1 .
ex:floor1 a brick:Floor ; rdfs:label "Floor 1" ; brick:hasPart ${rooms.map((_, index) => `ex:room${index + 1}`).join(', ')} .
${rooms.join('')}`;
}

export function boxName(box: number): string {
  return `VAV ${100 + box}`;
}

function roomWithBox(box: number): string {
  const points = [...OUTPUTS, SENSOR];
  const id = (suffix: string) => `ex:box${box}.${suffix}`;
  return `
ex:room${box} a brick:Room ; rdfs:label "${100 + box}" .
ex:zone${box} a brick:HVAC_Zone ; rdfs:label "${100 + box}" ; brick:hasPart ex:room${box} .
ex:box${box} a brick:VAV ; rdfs:label "${boxName(box)}" ; brick:feeds ex:zone${box} ; brick:hasPoint ${points.map(({ suffix }) => id(suffix)).join(', ')} .
${points.map(({ suffix, brickClass }) => `${id(suffix)} a brick:${brickClass} .`).join('\n')}
`;
}
