import {
  changed,
  delta,
  LIVE_PATH,
  liveReply,
  liveWelcome,
  resync,
  snapshot,
  subscribe,
  topic,
  unsubscribe,
} from '@cupola/contracts';
import type { z } from 'zod';
import { type JsonSchema, schemaFor } from './contract-schemas.js';
import { toYaml } from './yaml.js';

/** Events of the live socket, by who sends them. */
const FROM_CLIENT = { subscribe, unsubscribe } as const;
const FROM_SERVER = { welcome: liveWelcome, snapshot, delta, resync, changed } as const;

/** The AsyncAPI 3.0 document of the live socket. */
export function asyncApi(): string {
  const named = new Map<string, JsonSchema>();
  const messages = { ...messagesOf(FROM_CLIENT, 'input', named), ...messagesOf(FROM_SERVER, 'output', named) };
  schemaFor(liveReply, 'output', named);
  schemaFor(topic, 'input', named);
  return toYaml({
    asyncapi: '3.0.0',
    info: {
      title: 'Cupola live',
      version: '1',
      description: `socket.io at ${LIVE_PATH}, transport websocket only. The handshake's auth carries { ticket } from POST /api/v1/auth/tickets; it is valid once.`,
      license: { name: 'Apache-2.0' },
    },
    channels: { live: { address: LIVE_PATH, messages: Object.fromEntries(Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }])) } },
    operations: {
      ...operationsOf(FROM_CLIENT, 'receive'),
      ...operationsOf(FROM_SERVER, 'send'),
    },
    components: { messages, schemas: Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))) },
  });
}

function messagesOf(events: Record<string, z.ZodType>, io: 'input' | 'output', named: Map<string, JsonSchema>): JsonSchema {
  return Object.fromEntries(Object.entries(events).map(([name, schema]) => [name, { name, payload: schemaFor(schema, io, named) }]));
}

/** What the server does with each event. A client's event is answered through its acknowledgement function. */
function operationsOf(events: Record<string, unknown>, action: 'send' | 'receive'): JsonSchema {
  return Object.fromEntries(
    Object.keys(events).map((name) => [
      name,
      { action, channel: { $ref: '#/channels/live' }, messages: [{ $ref: `#/channels/live/messages/${name}` }] },
    ]),
  );
}
