export interface SmallBuilding {
  building: string;
  floor: string;
  room: string;
  equipment: string;
}

const PREFIXES = `@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .`;

/** A building of one floor and one room whose unit measures the room temperature and holds a setpoint, as a Brick model in Turtle. */
export function turtleOf({ building, floor, room, equipment }: SmallBuilding): string {
  const unit = slugOf(equipment);
  return `${PREFIXES}
@prefix ex: <urn:cupola:${slugOf(building)}#> .
ex:building a brick:Building ; rdfs:label ${literal(building)} ; brick:hasPart ex:floor .
ex:floor a brick:Floor ; rdfs:label ${literal(floor)} ; brick:hasPart ex:room .
ex:room a brick:Room ; rdfs:label ${literal(room)} .
ex:zone a brick:HVAC_Zone ; rdfs:label ${literal(room)} ; brick:hasPart ex:room .
ex:${unit} a brick:VAV ; rdfs:label ${literal(equipment)} ; brick:feeds ex:zone ;
  brick:hasPoint <urn:cupola:${slugOf(building)}#${unit}.Zone_Air_Temp>, <urn:cupola:${slugOf(building)}#${unit}.Zone_Air_Temp_Setpoint> .
<urn:cupola:${slugOf(building)}#${unit}.Zone_Air_Temp> a brick:Zone_Air_Temperature_Sensor .
<urn:cupola:${slugOf(building)}#${unit}.Zone_Air_Temp_Setpoint> a brick:Zone_Air_Temperature_Setpoint .
`;
}

/** Letters and digits of a name as an identity may carry them. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(plain) ? plain : `n${plain}`;
}

function literal(text: string): string {
  return JSON.stringify(text);
}
