import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../testing/answering';
import { prepareConsole, SESSION_ANSWERS, textOf } from '../testing/console';
import { App } from './app';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the console at its start', () => {
  it('says that the server cannot be reached, and goes on by itself once it can', async () => {
    await prepareConsole();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const answers: Record<string, unknown> = { ...SESSION_ANSWERS, 'POST auth/refresh': new Refusal(503, 'DATABASE_UNAVAILABLE') };
    answering(answers);
    const fixture = TestBed.createComponent(App);
    const shown = () => textOf(fixture.nativeElement as HTMLElement);
    await vi.waitFor(() => expect(shown()).toContain('The server cannot be reached'));
    answers['POST auth/refresh'] = SESSION_ANSWERS['POST auth/refresh'];
    vi.advanceTimersByTime(5_000);
    await vi.waitFor(() => expect(shown()).not.toContain('The server cannot be reached'));
  });
});
