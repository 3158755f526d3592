import * as contracts from '@cupola/contracts';
import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Every contract by its name, so that documents refer to it instead of repeating it. */
const registry = z.registry<{ id: string }>();
for (const [name, value] of Object.entries(contracts)) {
  if (value instanceof z.ZodType && !registry.has(value)) registry.add(value, { id: name.charAt(0).toUpperCase() + name.slice(1) });
}

export const SCHEMAS = '#/components/schemas/';

/** A contract as JSON Schema. Parts that are contracts themselves become references; `named` collects what they refer to. */
export function schemaFor(schema: z.ZodType, io: 'input' | 'output', named: Map<string, JsonSchema>): JsonSchema {
  const id = registry.get(schema)?.id;
  const { $schema: _dialect, $defs, ...root } = z.toJSONSchema(schema, { io, metadata: registry, unrepresentable: 'any' }) as JsonSchema;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) collect(name, definition, named);
  const own = withReferences(root);
  if (id === undefined) return own;
  collect(id, root, named);
  return { $ref: SCHEMAS + id };
}

function collect(name: string, definition: JsonSchema, named: Map<string, JsonSchema>): void {
  const { id: _id, $id: _uri, ...schema } = withReferences(definition);
  named.set(name, schema);
}

/** Zod refers within its own document; ours keeps all schemas in one place. */
function withReferences(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${SCHEMAS}`)) as JsonSchema;
}
