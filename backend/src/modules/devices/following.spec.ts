import { waitFor } from '@cupola/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Following } from './following.js';

/** Work whose rounds end when the test says so. */
class Rounds {
  begun = 0;
  private gate = Promise.withResolvers<void>();
  readonly following = new Following('Spec', () => {
    this.begun += 1;
    return this.gate.promise;
  });

  end(): void {
    const { resolve } = this.gate;
    this.gate = Promise.withResolvers();
    resolve();
  }

  fail(): void {
    const { reject } = this.gate;
    this.gate = Promise.withResolvers();
    reject(new Error('the database is away'));
  }

  async begins(round: number): Promise<void> {
    await waitFor(() => this.begun === round);
  }
}

describe('Following', () => {
  let rounds = new Rounds();
  afterEach(async () => {
    const stopped = rounds.following.stop();
    rounds.end();
    await stopped;
    rounds = new Rounds();
  });

  it('begins at once', () => {
    rounds.following.ask();
    expect(rounds.begun).toBe(1);
  });

  it('makes one round of all that was asked while one runs', async () => {
    for (let event = 0; event < 100; event += 1) rounds.following.ask();
    expect(rounds.begun).toBe(1);
    rounds.end();
    await rounds.begins(2);
    rounds.end();
    await rounds.following.stop();
    expect(rounds.begun).toBe(2);
  });

  it('goes on after a failure', async () => {
    rounds.following.ask();
    rounds.fail();
    rounds.following.ask();
    await rounds.begins(2);
  });

  it('does nothing any more once it was stopped', async () => {
    rounds.following.ask();
    const stopped = rounds.following.stop();
    rounds.following.ask();
    rounds.end();
    await stopped;
    rounds.following.ask();
    expect(rounds.begun).toBe(1);
  });
});
