import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { IdentityDoubt } from '@cupola/domain';
import { answering } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { ME, SESSION_ANSWERS, goLive, prepareConsole, render, textOf } from '../../../testing/console';
import { ControllerSettlement } from './controller-settlement';

const until = '2026-11-24T12:10:00.000Z';
let calls: Call[];

beforeEach(async () => {
  await prepareConsole();
  calls = answering({ ...SESSION_ANSWERS, 'GET auth/me': { ...ME, permissions: ['controllers.read', 'controllers.confirm'] }, 'POST controllers/c/identity/settle': {} });
  await goLive();
});
afterEach(() => vi.unstubAllGlobals());

const show = (why: IdentityDoubt | null, commandsHeldUntil: string | null) =>
  render(ControllerSettlement, { controller: { id: 'c', identityDoubt: why && { why, detail: 'English.', until }, commandsHeldUntil, streamConflict: null }, zone: 'UTC' });

it('says what was noticed, what to do, when it ends by itself, and whether commands are held', async () => {
  const { element } = await show('clone', until);
  expect(textOf(element.querySelector('[data-testid=identity-doubt]'))).toMatch(/^Two boxes were connected .*Find the second box.*The alarm ends at .*12:10:00/);
  expect(textOf(element.querySelector('[data-testid=commands-held]'))).toContain('no command is sent before');
});

it('is settled with one button, also while no command is held', async () => {
  const { element } = await show('old_secret', null);
  expect(textOf(element)).toContain('a copy of its memory is in use');
  expect(element.querySelector('[data-testid=commands-held]')).toBeNull();
  element.querySelector<HTMLButtonElement>('button')?.click();
  await vi.waitFor(() => expect(calls.some(({ method, path }) => method === 'POST' && path === 'controllers/c/identity/settle')).toBe(true));
});

it('is empty where nothing is to be settled', async () => {
  const { element } = await show(null, null);
  expect(textOf(element)).toBe('');
});
