import { waitFor } from '@cupola/testing';
import { describe, expect, it } from 'vitest';
import { Gathering } from './gathering.js';

/** Work whose transactions end when the test says so. Odd numbers are answered together, even ones alone. */
class Work {
  readonly together: (readonly number[])[] = [];
  readonly alone: number[] = [];
  failure: Error | null = null;
  #ends: (() => void)[] = [];
  readonly gathering = new Gathering<number, string>('Spec', {
    together: async (asked) => {
      this.together.push(asked);
      await new Promise<void>((resolve) => this.#ends.push(resolve));
      if (this.failure !== null) throw this.failure;
      return new Map(asked.filter((each) => each % 2 === 1).map((each) => [each, `together ${each}`]));
    },
    alone: (asked) => {
      this.alone.push(asked);
      return asked === 0 ? Promise.reject(new Error('refused')) : Promise.resolve(`alone ${asked}`);
    },
  });

  async end(transaction: number): Promise<void> {
    await waitFor(() => this.together.length === transaction);
    this.#ends.splice(0).forEach((end) => end());
  }
}

describe('a crowd', () => {
  it('is answered at once while nobody else asks, and gathered while a transaction is under way', async () => {
    const work = new Work();
    const answers = [1, 3, 5, 7].map((asked) => work.gathering.ask(asked));
    await work.end(1);
    await work.end(2);
    await expect(Promise.all(answers)).resolves.toEqual(['together 1', 'together 3', 'together 5', 'together 7']);
    expect(work.together).toEqual([[1], [3, 5, 7]]);
  });

  it('leaves out who is to be answered alone, and does not wait for it', async () => {
    const work = new Work();
    const [first, special, refused, last] = [1, 2, 0, 3].map((asked) => work.gathering.ask(asked));
    await work.end(1);
    await work.end(2);
    await expect(first).resolves.toBe('together 1');
    await expect(special).resolves.toBe('alone 2');
    await expect(refused).rejects.toThrow('refused');
    await expect(last).resolves.toBe('together 3');
  });

  it('is answered one by one when together fails: one of them may be the reason', async () => {
    const work = new Work();
    work.failure = new Error('a value that the database does not take');
    const answers = [1, 3].map((asked) => work.gathering.ask(asked));
    await work.end(1);
    await work.end(2);
    await expect(Promise.all(answers)).resolves.toEqual(['alone 1', 'alone 3']);
  });

  it('is told together that the database is away', async () => {
    const work = new Work();
    work.failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const answers = Promise.allSettled([1, 3, 5].map((asked) => work.gathering.ask(asked)));
    await work.end(1);
    await work.end(2);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(work.alone).toEqual([]);
  });
});
