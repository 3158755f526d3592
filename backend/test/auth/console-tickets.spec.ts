import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleTickets } from '../../src/auth/console-tickets.js';
import { SystemClock } from '../../src/clock.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import { AuditTrail } from '../../src/modules/audit/index.js';
import { type ApiClient, startBackend, type TestBackend } from '../harness.js';

const CALLER = { address: '127.0.0.1', correlationId: 'spec' };
let backend: TestBackend;
let tickets: ConsoleTickets;
beforeAll(async () => {
  backend = await startBackend();
  const unitOfWork = new UnitOfWork(backend.database.dataSource);
  tickets = new ConsoleTickets(backend.database, new AuditTrail(new SystemClock(), unitOfWork));
});
afterAll(() => backend.close());

async function ticketOf(client: ApiClient): Promise<string> {
  const { status, body } = await client.post<{ ticket: string; ttlMs: number }>('/api/v1/auth/tickets');
  expect({ status, ttlMs: body.ttlMs }).toEqual({ status: 201, ttlMs: 30_000 });
  return body.ticket;
}

const hash = (ticket: string) => createHash('sha256').update(ticket).digest();

describe('a console ticket', () => {
  it('admits exactly one of twenty parallel presentations, as the right actor', async () => {
    const client = await backend.user('operator');
    const ticket = await ticketOf(client);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => tickets.consume(ticket, CALLER)));
    const admitted = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(admitted).toHaveLength(1);
    expect(admitted[0]).toMatchObject({ username: client.username, address: '127.0.0.1', grants: [{ role: 'operator', scope: 'all' }] });
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : []));
    expect(new Set(codes)).toEqual(new Set(['TICKET_REFUSED']));
    const { body } = await backend.admin.get<{ items: object[] }>(`/api/v1/audit?operation=ticket.replay&target=${client.username}`);
    expect(body.items).toHaveLength(19);
  });

  it('is stored as a hash only', async () => {
    const ticket = await ticketOf(backend.admin);
    expect(await backend.database.query('SELECT 1 FROM tickets WHERE hash = $1', [hash(ticket)])).toHaveLength(1);
    const [{ text } = { text: '' }] = await backend.database.query<{ text: string }>('SELECT string_agg(t::text, $$ $$) AS text FROM tickets t');
    expect(text).not.toContain(ticket);
  });

  it('is refused when it is expired, judged by the database', async () => {
    const ticket = await ticketOf(backend.admin);
    await backend.database.query('UPDATE tickets SET expires_at = now() WHERE hash = $1', [hash(ticket)]);
    await expect(tickets.consume(ticket, CALLER)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
  });

  it('is refused once its session has ended or its user is disabled', async () => {
    const client = await backend.user('viewer');
    const ticket = await ticketOf(client);
    await client.post('/api/v1/auth/logout');
    await expect(tickets.consume(ticket, CALLER)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
  });

  it.each([undefined, null, 42, '', 'x', { length: 43 }, `${'a'.repeat(42)}=`])('is refused when it is %j', async (ticket) => {
    await expect(tickets.consume(ticket, CALLER)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
  });

  it('is given for an access token alone, never for a cookie', async () => {
    const client = await backend.user('viewer');
    const answer = await backend.anonymous().send('POST', '/api/v1/auth/tickets', undefined, { cookie: client.cookie ?? '', origin: backend.url });
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('is refused and burnt in an address', async () => {
    const ticket = await ticketOf(backend.admin);
    const answer = await backend.admin.get(`/api/v1/auth/me?ticket=${ticket}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'TICKET_IN_URL' } });
    await expect(tickets.consume(ticket, CALLER)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
  });
});

describe('an access token in an address', () => {
  it.each(['access_token', 'token', 'anything'])('is refused as ?%s, and its session is over', async (name) => {
    const client = await backend.user('viewer');
    const answer = await backend.anonymous().get(`/api/v1/points?${name}=${client.token}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'TICKET_IN_URL' } });
    expect((await client.get('/api/v1/auth/me')).body.code).toBe('SESSION_ENDED');
  });
});
