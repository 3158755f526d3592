import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal, answering } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { SESSION_ANSWERS, prepareConsole, textOf, type } from '../../../testing/console';
import type { AuditRecord } from '../../core/wire';
import { Session } from '../../core/session';
import { Words } from '../../core/words';
import { AuditPage } from './audit-page';

const aRecord = (number: number, change: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ chain: 3, number, at: '2026-11-23T12:00:00.000Z', actor: 'ada', actorId: null, address: '127.0.0.1', operation: 'controller.confirm', target: 'controller LC 101' },
  ...{ targetId: '0f8fad5b-d9cb-469f-a165-70867728950e', result: 'done', code: null, reason: null, before: { status: 'pending' }, after: { status: 'active' }, correlationId: null },
  ...change,
});

let element: HTMLElement;
let calls: Call[];
let answer: unknown;

async function show(at = '/audit'): Promise<void> {
  await prepareConsole([{ path: 'audit', component: AuditPage }]);
  calls = answering({ ...SESSION_ANSWERS, 'GET audit': (call: Call) => (typeof answer === 'function' ? (answer as (call: Call) => unknown)(call) : answer) });
  await TestBed.inject(Session).start();
  const harness = await RouterTestingHarness.create(at);
  element = harness.fixture.nativeElement as HTMLElement;
}
const rows = () => [...element.querySelectorAll('.audit-table tbody tr')].map(textOf);
const asked = () => calls.filter(({ path }) => path === 'audit').map(({ query }) => Object.fromEntries(query));
const button = (text: string) => [...element.querySelectorAll('button')].find((each) => textOf(each) === text);

beforeEach(() => {
  answer = { items: [aRecord(2), aRecord(1, { result: 'refused', code: 'FORBIDDEN', reason: 'Not for operators.', operation: 'POST /api/v1/users', target: '/api/v1/users', before: null, after: null })], nextCursor: null };
});
afterEach(() => vi.unstubAllGlobals());

describe('the audit page', () => {
  it('says who did what to what, what changed, and who was refused, without an id', async () => {
    await show();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    for (const part of ['ada', '127.0.0.1', 'Confirmed a controller', 'controller LC 101', 'StatusWaiting for confirmation→becomesActive']) expect(rows()[0]).toContain(part);
    for (const part of ['Tried what the roles do not allow', 'Refused', 'users', 'Not for operators.']) expect(rows()[1]).toContain(part);
    expect(textOf(element)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|[{}_]|\/api/);
  });

  it('speaks the language of the reader', async () => {
    await show();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    await TestBed.inject(Words).choose('de');
    await vi.waitFor(() => expect(rows()[0]).toContain('StatusWartet auf Bestätigung'));
    expect(rows()[1]).toContain('Rollen');
  });

  it('is filtered by its address, and changes the address when a filter is chosen or typed', async () => {
    await show('/audit?person=ada&result=done&span=day');
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    expect(asked()[0]).toMatchObject({ person: 'ada', result: 'done', from: expect.stringMatching(/^\d{4}-/) as string });
    expect(element.querySelector<HTMLInputElement>('#audit-person')?.value).toBe('ada');
    type(element.querySelector('#audit-target'), 'LC 101');
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe('/audit?person=ada&result=done&span=day&target=LC%20101'), 3000);
    await vi.waitFor(() => expect(asked().at(-1)).toMatchObject({ person: 'ada', target: 'LC 101' }));
  });

  it('shows earlier records when asked', async () => {
    answer = ({ query }: Call) => (query.get('cursor') === 'c1' ? { items: [aRecord(1)], nextCursor: null } : { items: [aRecord(2)], nextCursor: 'c1' });
    await show();
    await vi.waitFor(() => expect(button('Show earlier')).toBeDefined());
    button('Show earlier')?.click();
    await vi.waitFor(() => expect([rows().length, button('Show earlier')]).toEqual([2, undefined]));
  });

  it('has a way back when nothing matches', async () => {
    answer = { items: [], nextCursor: null };
    await show('/audit?person=nobody');
    await vi.waitFor(() => expect(textOf(element.querySelector('.state h2'))).toBe('No record matches'));
    button('Show all records')?.click();
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe('/audit'), 3000);
  });

  it('says what went wrong, and tries again when asked', async () => {
    answer = new Refusal(503, 'DATABASE_UNAVAILABLE');
    await show();
    await vi.waitFor(() => expect(textOf(element.querySelector('[role=alert]'))).toContain('database'));
    answer = { items: [aRecord(2)], nextCursor: null };
    button('Try again')?.click();
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
  });
});
