import { problem } from '@cupola/contracts';
import type { z } from 'zod';
import { textBodyAt } from '../body-parsing.js';
import type { RouteDeclaration } from '../route-list.js';
import { type JsonSchema, schemaFor } from './contract-schemas.js';

type Named = Map<string, JsonSchema>;

/** The pages of the documents themselves are nothing that a program calls. */
const DOCS_PAGES = /^\/api\/docs(\/|$)/;

/** The OpenAPI 3.1 document of the declared routes. */
export function openApiOf(routes: readonly RouteDeclaration[]): JsonSchema {
  const named: Named = new Map();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes.filter(({ path: address }) => !DOCS_PAGES.test(address))) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, named) };
  }
  const problems = schemaFor(problem, 'output', named);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cupola',
      version: '1',
      description: 'Building-management control plane. Refusals are RFC 9457 problem details whose `code` is stable.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      responses: { Problem: { description: 'A refusal', content: { 'application/problem+json': { schema: problems } } } },
      schemas: Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function operation(route: RouteDeclaration, named: Named): JsonSchema {
  const [controller = '', handler = ''] = route.name.split('.');
  return {
    operationId: `${controller.replace(/Controller$/, '').toLowerCase()}_${handler}`,
    tags: [controller.replace(/Controller$/, '')],
    ...(route.permission === null ? { description: `Without an access token: ${route.publicReason}.`, security: [] } : {}),
    ...(route.permission === null ? {} : { 'x-permission': route.permission, security: [{ accessToken: [] }] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query, named)],
    ...requestBody(route, named),
    responses: responses(route, named),
  };
}

function requestBody(route: RouteDeclaration, named: Named): JsonSchema {
  const textType = route.method === 'POST' ? textBodyAt(route.path) : null;
  if (textType !== null) return { requestBody: { required: true, content: { [textType]: { schema: { type: 'string' } } } } };
  if (route.body === null) return {};
  return { requestBody: { required: true, content: { 'application/json': { schema: schemaFor(route.body, 'input', named) } } } };
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }));
}

function queryParameters(query: z.ZodType | null, named: Named): JsonSchema[] {
  if (query === null) return [];
  const { properties = {}, required = [] } = inlined(query, named) as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

/** A query's properties are parameters one by one, so the contract as a whole is of no use as a reference. */
function inlined(query: z.ZodType, named: Named): JsonSchema {
  const own: Named = new Map();
  const schema = schemaFor(query, 'input', own);
  const root = typeof schema['$ref'] === 'string' ? (schema['$ref'].split('/').at(-1) ?? '') : null;
  for (const [name, definition] of own) if (name !== root) named.set(name, definition);
  return root === null ? schema : (own.get(root) ?? {});
}

function responses(route: RouteDeclaration, named: Named): JsonSchema {
  const status = String(route.answer?.status ?? route.status);
  const content = route.answer === null ? {} : { content: { 'application/json': { schema: schemaFor(route.answer.schema, 'output', named) } } };
  return { [status]: { description: 'Done', ...content }, default: { $ref: '#/components/responses/Problem' } };
}
