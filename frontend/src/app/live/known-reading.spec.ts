import { describe, expect, it } from 'vitest';
import { judge } from './known-reading';

const known = { value: 21, quality: 'GOOD' as const, flags: ['overridden' as const], ageMs: 2000, at: 10_000 };

describe('a reading on screen', () => {
  it.each([
    ['is as old as the server said, plus the time since', known, 'online' as const, 13_000, { quality: 'GOOD', ageMs: 5000, flags: ['overridden'] }],
    ['goes stale without another message', known, 'online' as const, 70_001, { quality: 'STALE', ageMs: 62_001 }],
    ['is down as soon as its controller is', known, 'offline' as const, 10_000, { quality: 'DOWN', value: 21 }],
    ['keeps a quality that the server gave', { ...known, quality: 'FAULT' as const }, undefined, 90_000, { quality: 'FAULT' }],
    ['stays down until a better one is heard', { ...known, quality: 'DOWN' as const }, undefined, 10_000, { quality: 'DOWN' }],
    ['has no age when it was never seen', { ...known, value: null, quality: 'UNKNOWN' as const, ageMs: null }, 'online' as const, 90_000, { quality: 'UNKNOWN', ageMs: null }],
  ])('%s', (_name, reading, link, now, expected) => {
    expect(judge(reading, 60_000, link, now)).toMatchObject(expected);
  });
});
