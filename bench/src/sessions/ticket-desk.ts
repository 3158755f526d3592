import { Agent, request } from 'node:http';
import { SUBPROTOCOL } from '@cupola/contracts';
import type { Device } from './fleet-messages.js';

/** Sent away, for so long. */
export class Refused extends Error {
  constructor(
    status: number,
    readonly retryAfterMs: number,
  ) {
    super(`no ticket: ${status}`);
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const BODY = JSON.stringify({ protocols: [SUBPROTOCOL], bootId: 'bench' });

/** Asks for a ticket over kept connections. @throws Refused */
export function ticketFor(gateway: string, { id, secret }: Device): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`, 'content-type': 'application/json', 'content-length': BODY.length };
    const asked = request(`${gateway}/device/v1/tickets`, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 201) resolve((JSON.parse(text) as { ticket: string }).ticket);
        else reject(new Refused(answer.statusCode ?? 0, 1000 * Number(answer.headers['retry-after'] ?? 1)));
      });
    });
    // A kept connection may have been closed by the other side while the request was on its way.
    asked.on('error', (error) => (asked.reusedSocket ? ticketFor(gateway, { id, secret }).then(resolve, reject) : reject(error)));
    asked.end(BODY);
  });
}
