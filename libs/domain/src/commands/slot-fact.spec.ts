import { describe, expect, it } from 'vitest';
import { slotFactOf } from './slot-fact.js';

const command = { level: 8, commandId: 'mine' } as const;
const held = (commandId: string | null) => ({ slots: [{ level: 8, value: 1, commandId } as const] });

describe('what became of a slot', () => {
  it.each([
    ['still ours', held('mine'), [], null],
    ['another owner', held('other'), [], 'OVERTAKEN'],
    ['the device itself', held(null), [], 'OVERTAKEN'],
    ['empty', { slots: [] }, [], 'RELEASED'],
    ['its time was over', { slots: [] }, ['mine'], 'ENDED'],
    ['its time was over, and another came', held('other'), ['other', 'mine'], 'ENDED'],
  ] as const)('%s', (_, hosted, ended, fact) => {
    expect(slotFactOf(command, hosted, ended)).toBe(fact);
  });
});
