import type { DestinationStream, Logger } from 'pino';
import { destination, pino } from 'pino';

/** Names under which secrets travel, at the top of a log object and one level down. */
const SECRETS = ['authorization', 'cookie', '["sec-websocket-protocol"]', 'ticket', 'secret', 'claimCode', 'password', 'protocols'];

/** JSON lines on standard error, secrets removed by name: a log is read by more people than a secret may be. */
export function createLog(level: string, stream: DestinationStream = destination(2)): Logger {
  const paths = SECRETS.flatMap((name) => (name.startsWith('[') ? [name, `*${name}`] : [name, `*.${name}`]));
  return pino({ name: 'device-gateway', level, redact: { paths, censor: '[removed]' } }, stream);
}
