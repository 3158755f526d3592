import { describe, expect, it } from 'vitest';
import * as contracts from '../src/index.js';
import { examplesOf, fixture } from './documents.js';

interface Schema {
  safeParse(message: unknown): { success: boolean; error?: unknown; data?: unknown };
}

function schemaOf(name: string): Schema {
  if (name === 'frame') return contracts.deviceFrame;
  const schema = (contracts as Record<string, unknown>)[name];
  if (typeof schema !== 'object' || schema === null || !('safeParse' in schema)) throw new Error(`contracts export no schema ${name}`);
  return schema as Schema;
}

const frames = fixture<{ name: string; frame: unknown[] }[]>('device-frames');
const messages = fixture<{ schema: string; message: unknown }[]>('device-messages');
const examples = examplesOf('device-protocol.md');
const kindsIn = (list: unknown[][]) => [...new Set(list.map((frame) => frame[0]))].sort((a, b) => Number(a) - Number(b));

describe('frames that were ever sent', () => {
  it.each(frames)('$name', ({ frame }) => {
    expect(contracts.deviceFrame.safeParse(frame).error).toBeUndefined();
  });

  it('show every kind', () => {
    expect(kindsIn(frames.map(({ frame }) => frame))).toEqual(Object.values(contracts.FRAME));
  });
});

describe('messages that were ever sent', () => {
  it.each(messages.map(({ schema, message }, index) => ({ schema, message, index })))('$schema ($index)', ({ schema, message }) => {
    expect(schemaOf(schema).safeParse(message).error).toBeUndefined();
  });
});

describe('frames that are none', () => {
  it.each([
    ['a kind beyond the list', [13, {}]],
    ['DATA with number 0', [6, 's', 0, 0, 1, []]],
    ['DATA with lane 2', [6, 's', 1, 2, 1, []]],
    ['a row of three', [6, 's', 1, 0, 1, [[0, 1, 0]]]],
    ['a row with text', [6, 's', 1, 0, 1, [[0, '1', 0, 0]]]],
    ['CALL without options', [3, 'c', 'a', {}]],
    ['PING without a time', [9, 1]],
    ['HELLO without a device', [1, {}]],
  ])('%s', (_, frame) => {
    expect(contracts.deviceFrame.safeParse(frame).success).toBe(false);
  });
});

describe('docs/device-protocol.md', () => {
  it.each(examples)('line $line: $schema', ({ schema, message }) => {
    expect(schemaOf(schema).safeParse(message).error).toBeUndefined();
  });

  it('shows every frame, and every message of the HTTP endpoints', () => {
    const shown = examples.filter(({ schema }) => schema === 'frame').map(({ message }) => message as unknown[]);
    expect(kindsIn(shown)).toEqual(Object.values(contracts.FRAME));
    const schemas = examples.map(({ schema }) => schema);
    for (const name of ['enrolRequest', 'enrolResponse', 'ticketRequest', 'ticketResponse', 'pointListRequest', 'pointListResponse', 'slotsPull', 'slotSet', 'slotSetAnnounced']) {
      expect(schemas).toContain(name);
    }
  });
});
