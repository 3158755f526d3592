import { FakeClock, waitFor } from '@cupola/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteStore, type Controller, type DeviceClock } from '../src/index.js';
import { LinkClock } from '../src/link-clock.js';
import { makeController } from './make-controller.js';
import { ScriptedGateway, type ScriptedSession } from './scripted-gateway.js';

/** A machine: a steady clock that sleeps when the machine does, and a wall clock that anybody may set. */
class Machine implements DeviceClock {
  readonly steady = new FakeClock(1000);
  wallAhead = 0;
  now = () => this.steady.now() + this.wallAhead;
  monotonic = () => this.steady.now();
  setTimeout = (run: () => void, ms: number) => this.steady.setTimeout(run, ms);
  /** The machine sleeps: its steady clock does not count that. */
  sleep(ms: number): void {
    this.wallAhead += ms;
  }
}

describe('the age of a frame', () => {
  const HEARTBEAT = 1000;
  let machine: Machine;
  let link: LinkClock;
  /** Server time of this instant. */
  let server: number;
  beforeEach(() => {
    machine = new Machine();
    link = new LinkClock(machine);
    server = 1_000_000;
    link.begin(server, machine.monotonic(), HEARTBEAT);
  });
  const pass = (ms: number) => {
    machine.steady.advance(ms);
    server += ms;
  };
  const roundTrip = (ms: number) => {
    const ping = link.ping();
    pass(ms);
    link.pong(ping[1], server);
  };

  it('is never judged too young, whatever part of the round trip the answer took', () => {
    roundTrip(400);
    const sentAt = server;
    pass(300);
    expect(link.ageOf(sentAt)).toBeGreaterThanOrEqual(300);
    expect(link.ageOf(sentAt)).toBeLessThanOrEqual(300 + 400);
  });

  it('grows while the process is frozen, and with the last PONG two heartbeats ago there is none', () => {
    const sentAt = server;
    pass(2 * HEARTBEAT - 1);
    expect(link.ageOf(sentAt)).toBe(2 * HEARTBEAT - 1);
    pass(1);
    expect(link.ageOf(sentAt)).toBeNull();
    roundTrip(0);
    expect(link.ageOf(sentAt)).toBe(2 * HEARTBEAT);
  });

  it('grows while the machine sleeps, although its steady clock does not', () => {
    const sentAt = server;
    machine.sleep(1500);
    server += 1500;
    expect(link.ageOf(sentAt)).toBe(1500);
    machine.sleep(500);
    server += 500;
    expect(link.ageOf(sentAt)).toBeNull();
    roundTrip(0);
    expect(link.ageOf(sentAt)).toBe(2000);
  });

  it('does not shrink when the wall clock is put back', () => {
    const sentAt = server;
    machine.wallAhead -= 3_600_000;
    pass(900);
    expect(link.ageOf(sentAt)).toBe(900);
  });

  it('is unknown after the wall clock was put forward, until the next PONG', () => {
    machine.wallAhead += 3_600_000;
    expect(link.ageOf(server)).toBeNull();
    roundTrip(0);
    expect(link.ageOf(server)).toBe(0);
  });

  it('ignores an answer that it did not ask for', () => {
    const sentAt = server;
    pass(2 * HEARTBEAT);
    link.pong(7, server);
    expect(link.ageOf(sentAt)).toBeNull();
  });
});

describe('a controller without a clock', () => {
  let gateway: ScriptedGateway;
  let controller: Controller;
  let machine: Machine;
  let folder: string;
  /** Server time minus the machine's steady time. */
  const AHEAD = 1_800_000_000_000;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cupola-clock-'));
    gateway = await new ScriptedGateway().listen();
    machine = new Machine();
    gateway.now = () => machine.monotonic() + AHEAD;
  });
  afterEach(async () => {
    await controller.stop();
    await gateway.kill();
    await rm(folder, { recursive: true });
  });
  const online = async (count: number): Promise<ScriptedSession> => {
    const session = await gateway.session(count);
    await waitFor(() => controller.state.link === 'online');
    return session;
  };
  /** Source time, value and quality of every row, as the server makes them from HELLO and frames. */
  const received = (session: ScriptedSession, helloAt: number) =>
    session.of(6).flatMap(([, , , , base, rows]) =>
      (rows as [number, number, number, number][]).map(([, value, quality, dt]) => [helloAt - session.hello.clock.uptimeMs + Number(base) + dt, value, quality]),
    );

  it('counts from its boot, and the server makes the true times of it', async () => {
    controller = makeController(gateway, { clock: machine, clockSource: 'none' });
    machine.steady.advance(5000);
    const measuredAt = gateway.now();
    controller.report('temp', 1);
    machine.steady.advance(60_000);
    expect(controller.uptimeMs).toBe(65_000);
    const helloAt = gateway.now();
    await controller.start();
    const session = await online(1);
    expect(session.hello.clock).toEqual({ now: null, source: 'none', uptimeMs: 65_000 });
    await waitFor(() => session.of(6).length === 1);
    machine.steady.advance(2000);
    controller.report('temp', 2);
    const second = gateway.now();
    machine.steady.advance(100);
    await waitFor(() => session.of(6).length === 2);
    expect(received(session, helloAt).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([[measuredAt, 1, 0], [second, 2, 0]]);
  });

  it('keeps the times of an earlier boot in which the server had told it the time', async () => {
    const path = join(folder, 'samples.db');
    let streams = sqliteStore(path);
    gateway.credits = 0;
    controller = makeController(gateway, { clock: machine, clockSource: 'none', streams });
    await controller.start();
    await online(1);
    machine.steady.advance(3000);
    const measuredAt = gateway.now();
    controller.report('temp', 1);
    await controller.stop();
    streams.close();
    machine.steady.advance(600_000);
    streams = sqliteStore(path);
    gateway.credits = 8;
    controller = makeController(gateway, { clock: machine, clockSource: 'none', streams });
    const helloAt = gateway.now();
    await controller.start();
    const session = await online(2);
    await waitFor(() => session.of(6).length === 1);
    expect(received(session, helloAt)).toEqual([[measuredAt, 1, 0]]);
    await controller.stop();
    streams.close();
  });

  it('dates what it measured in a boot without any time as late as it can be, in order, and marks it', async () => {
    const path = join(folder, 'samples.db');
    let streams = sqliteStore(path);
    controller = makeController(gateway, { clock: machine, clockSource: 'none', streams });
    machine.steady.advance(1000);
    controller.report('temp', 1);
    machine.steady.advance(4000);
    controller.report('temp', 2);
    await controller.stop();
    streams.close();
    machine.steady.advance(600_000);
    streams = sqliteStore(path);
    const bootAt = gateway.now();
    controller = makeController(gateway, { clock: machine, clockSource: 'none', streams });
    machine.steady.advance(700);
    const helloAt = gateway.now();
    await controller.start();
    const session = await online(1);
    await waitFor(() => received(session, helloAt).length === 2);
    const SUSPECT = 64;
    expect(received(session, helloAt)).toEqual([[bootAt - 4000, 1, SUSPECT], [bootAt, 2, SUSPECT]]);
    await controller.stop();
    streams.close();
  });
});
