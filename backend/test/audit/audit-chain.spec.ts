import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainedRecord, type ChainHead, hashOf, type StoredRecord, verifyChain } from '../../src/modules/audit/audit-chain.js';
import { canonicalJson } from '../../src/modules/audit/canonical-json.js';

const EMPTY = Buffer.alloc(0);

function record(number: number, after: unknown = { number }): ChainedRecord {
  return {
    ...{ chain: 3, number, at: 1_700_000_000_000 + number, actor: 'ada', actorId: null, actorRole: 'operator', sessionId: null },
    ...{ address: '127.0.0.1', operation: 'point.write', target: 'VAV-101 setpoint', targetId: `p${number}`, result: 'done' },
    ...{ code: null, reason: 'too cold', before: null, after, correlationId: 'c' },
  };
}

function chainOf(length: number): { records: StoredRecord[]; head: ChainHead } {
  const records: StoredRecord[] = [];
  let head: ChainHead = { number: 0, hash: EMPTY };
  for (let number = 1; number <= length; number += 1) {
    const hash = hashOf(record(number), head.hash);
    records.push({ ...record(number), previousHash: head.hash, hash });
    head = { number, hash };
  }
  return { records, head };
}

describe('a chain', () => {
  it('is whole as it was written, empty included', () => {
    for (const length of [0, 1, 5]) {
      const { records, head } = chainOf(length);
      expect(verifyChain(3, records, head)).toBeNull();
    }
  });

  it('shows an edit of any field of any record', () => {
    const { records, head } = chainOf(4);
    const fields = Object.keys(record(1)).filter((field) => field !== 'number');
    for (const [index, original] of records.entries()) {
      for (const field of fields) {
        const edited = records.with(index, { ...original, [field]: field === 'at' ? original.at + 1 : field === 'chain' ? 4 : 'something else' });
        expect(verifyChain(3, edited, head), `${field} of ${index + 1}`).toEqual({ chain: 3, number: index + 1, problem: 'edited' });
      }
    }
  });

  it('shows an edit whose own hash was made to fit, at the next link', () => {
    const { records, head } = chainOf(4);
    const second = records[1] as StoredRecord;
    const forged = { ...second, actor: 'eve' };
    const edited = records.with(1, { ...forged, hash: hashOf(forged, second.previousHash) });
    expect(verifyChain(3, edited, head)).toEqual({ chain: 3, number: 3, problem: 'reordered' });
  });

  it('shows a removal at the start, in the middle and at the end', () => {
    const { records, head } = chainOf(4);
    for (const index of [0, 1, 3]) {
      expect(verifyChain(3, records.toSpliced(index, 1), head)).toEqual({ chain: 3, number: index + 1, problem: 'missing' });
    }
  });

  it('shows two records that changed places, with or without their numbers', () => {
    const { records, head } = chainOf(4);
    const [first, second, third, fourth] = records as [StoredRecord, StoredRecord, StoredRecord, StoredRecord];
    expect(verifyChain(3, [first, third, second, fourth], head)?.problem).toBe('missing');
    const renumbered = [first, { ...third, number: 2 }, { ...second, number: 3 }, fourth];
    expect(verifyChain(3, renumbered, head)).toEqual({ chain: 3, number: 2, problem: 'reordered' });
    expect(verifyChain(3, [first, first, second, third, fourth], head)?.problem).toBe('reordered');
  });

  it('shows a head that does not belong to it', () => {
    const { records, head } = chainOf(2);
    expect(verifyChain(3, records, { ...head, hash: Buffer.alloc(32) })).toEqual({ chain: 3, number: 2, problem: 'head differs' });
    expect(verifyChain(3, records, { number: 1, hash: records[0]?.hash ?? EMPTY })).toEqual({ chain: 3, number: 1, problem: 'head differs' });
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order in which keys were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        return canonicalJson(value) === canonicalJson(reversed);
      }),
    );
  });

  it('reads back as what it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
