import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { prepareConsole, textOf } from '../../testing/console';
import { Refused } from '../core/refused';
import { Failure } from './failure';

beforeEach(async () => {
  await prepareConsole();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => vi.useRealTimers());

function failed(thrown: unknown) {
  const fixture = TestBed.createComponent(Failure);
  fixture.componentRef.setInput('thrown', thrown);
  const retried = vi.fn();
  fixture.componentInstance.retry.subscribe(retried);
  fixture.detectChanges();
  return { fixture, retried };
}

describe('a part that could not be shown', () => {
  it('is asked for again by itself while the database is away, until it is there', () => {
    const { fixture, retried } = failed(new Refused('DATABASE_UNAVAILABLE', '', { status: 503 }));
    expect(textOf(fixture.nativeElement as HTMLElement)).toContain('The server cannot reach its database at the moment. Nothing on screen is current until it can.');
    vi.advanceTimersByTime(10_000);
    expect(retried).toHaveBeenCalledTimes(2);
    fixture.destroy();
    vi.advanceTimersByTime(10_000);
    expect(retried).toHaveBeenCalledTimes(2);
  });

  it.each([new Refused('NOT_FOUND', '', { status: 404 }), new Refused('INTERNAL', '', { status: 500 })])('is left to people where waiting does not help: $code', (thrown) => {
    const { retried } = failed(thrown);
    vi.advanceTimersByTime(60_000);
    expect(retried).not.toHaveBeenCalled();
  });
});
