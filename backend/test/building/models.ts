import type { ImportReport } from '@cupola/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTurtle } from '../../src/modules/building/import/read-turtle.js';
import { resolveModel, type ResolvedModel } from '../../src/modules/building/import/resolve-model.js';
import type { UnitSystem } from '@cupola/domain';
import type { Answer, ApiClient } from '../harness.js';

const REAL = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

export const PREFIXES = `
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ref: <https://brickschema.org/schema/Brick/ref#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix : <urn:example:house#> .
`;

/** A house with two floors, two rooms, a VAV each, an air handler and a meter that nobody owns. */
export const HOUSE = `${PREFIXES}
:house a brick:Building ; rdfs:label "House" .
:floor1 a brick:Floor ; brick:isPartOf :house .
:floor2 a brick:Floor ; brick:isPartOf :house .
:RM101_room a brick:Room ; brick:isPartOf :floor1 .
:RM201_room a brick:Room ; brick:isPartOf :floor2 .
:RM101 a brick:HVAC_Zone ; brick:hasPart :RM101_room .
:RM201 a brick:HVAC_Zone ; brick:hasPart :RM201_room .
:ahu1 a brick:AHU ; brick:feeds :VAVRM101, :VAVRM201 ; brick:hasPoint :ahu1.supply_temp .
:VAVRM101 a brick:VAV ; brick:feeds :RM101 ; brick:hasPoint :v101.temp, :v101.setpoint, :v101.valve .
:VAVRM201 a brick:VAV ; brick:feeds :RM201 ; brick:hasPoint :v201.temp .
:ahu1.supply_temp a brick:Supply_Air_Temperature_Sensor .
:v101.temp a brick:Zone_Air_Temperature_Sensor ; rdfs:label "Zone temperature" ; ref:hasExternalReference [ ref:hasTimeseriesId "ts-1" ] ;
  ref:BACnetURI "bacnet://123/analog-value,5/present-value" .
:v101.setpoint a brick:Zone_Air_Temperature_Setpoint ; rdfs:label "Zone setpoint" .
:v101.valve a brick:Reheat_Valve_Command ; rdfs:label "Reheat valve" .
:v201.temp a brick:Zone_Air_Temperature_Sensor ; rdfs:label "Zone temperature" .
:meter a brick:Electric_Meter ; ref:hasTimeseriesId "ts-2" .
`;

/** A file of the real buildings, or null where they are not there: the project does without them. */
export function realModel(name: string): string | null {
  return existsSync(REAL + name) ? readFileSync(REAL + name, 'utf8') : null;
}

export async function resolved(turtle: string, unitSystem: UnitSystem = 'metric'): Promise<ResolvedModel> {
  return resolveModel(await readTurtle(turtle), unitSystem);
}

export function sendModel<T = ImportReport>(client: ApiClient, turtle: string, query = 'site=Campus&unitSystem=metric'): Promise<Answer<T>> {
  return client.send<T>('POST', `/api/v1/imports?${query}`, turtle, { 'content-type': 'text/turtle' });
}

/** Both phases; the building's id. */
export async function importModel(client: ApiClient, turtle: string, query?: string): Promise<string> {
  const sent = await sendModel(client, turtle, query);
  if (sent.status !== 201) throw new Error(`The model was refused: ${JSON.stringify(sent.body)}`);
  const applied = await client.post<ImportReport>(`/api/v1/imports/${sent.body.id}/apply`);
  if (applied.status !== 200 || applied.body.buildingId === null) throw new Error(`The import was refused: ${JSON.stringify(applied.body)}`);
  return applied.body.buildingId;
}
