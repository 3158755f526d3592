import { FakeClock, waitFor } from '@cupola/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Controller } from '../src/index.js';
import { makeController } from './make-controller.js';
import { ScriptedGateway } from './scripted-gateway.js';

let gateway: ScriptedGateway;
let controller: Controller;
let clock: FakeClock;
beforeEach(async () => {
  gateway = await new ScriptedGateway().listen();
  clock = new FakeClock();
  gateway.now = () => clock.now();
  controller = makeController(gateway, { clock, random: () => 0.5 });
});
afterEach(async () => {
  await controller.stop();
  await gateway.kill();
});

const online = () => waitFor(() => controller.state.link === 'online');
const waiting = () => waitFor(() => (controller.state.link === 'waiting' || controller.state.link === 'halted' ? controller.state : null));

/** First wait of the pushed policy with the random number 0.5: 5 + 0.5 * 10. */
const FIRST_WAIT = 10;
const MINUTE = 60_000;

describe('F6: after a close code', () => {
  it.each([
    [1001, '', 'waiting', FIRST_WAIT],
    [1011, '', 'waiting', FIRST_WAIT],
    [4401, '', 'waiting', FIRST_WAIT],
    [4408, '', 'waiting', FIRST_WAIT],
    [1002, '', 'waiting', 1.5 * MINUTE],
    [1003, '', 'waiting', 1.5 * MINUTE],
    [1007, '', 'waiting', 1.5 * MINUTE],
    [1008, '', 'waiting', 1.5 * MINUTE],
    [1009, '', 'waiting', 1.5 * MINUTE],
    [4400, '', 'waiting', 1.5 * MINUTE],
    [1013, '', 'waiting', 38],
    [4429, 'too fast, wait 7 s', 'waiting', 7000],
    [4499, '', 'waiting', FIRST_WAIT],
    [4500, '', 'halted', 10.5 * MINUTE],
    [4501, 'revoked', 'halted', 63 * MINUTE],
    [4509, '', 'halted', 63 * MINUTE],
    [4777, '', 'halted', 63 * MINUTE],
  ])('%i %j it is %s for %i ms', async (code, reason, link, ms) => {
    await controller.start();
    await online();
    gateway.last.socket.close(code, reason);
    expect(await waiting()).toMatchObject({ link, code, retryInMs: ms });
    clock.advance(ms - 1);
    expect(gateway.tickets).toHaveLength(1);
    clock.advance(1);
    await online();
  });

  it('1012 it comes back within the spread that DRAIN asked for', async () => {
    await controller.start();
    await online();
    gateway.last.send([12, { withinMs: 1000, spreadMs: 30_000, reason: 'deploy' }]);
    gateway.last.socket.close(1012);
    expect(await waiting()).toMatchObject({ retryInMs: 15_000 });
  });

  it('4425 it waits as long as WELCOME said', async () => {
    gateway.welcomeOver = { status: 'rejected', retryAfterMs: 45_000 };
    await controller.start();
    await waitFor(() => gateway.last.frames.length > 0);
    gateway.last.socket.close(4425);
    expect(await waiting()).toMatchObject({ link: 'waiting', retryInMs: 45_000 });
  });

  it('a lost connection without any', async () => {
    await controller.start();
    await online();
    gateway.last.socket.terminate();
    expect(await waiting()).toMatchObject({ link: 'waiting', code: 1006, retryInMs: FIRST_WAIT });
  });
});

describe('F6: after a refused ticket', () => {
  it.each([
    [401, {}, 1.5 * MINUTE],
    [429, { 'retry-after': '12' }, 12_000],
    [503, { 'retry-after': '3' }, 3000],
    [503, {}, 500 + 0.5 * 1500],
    [500, {}, 500 + 0.5 * 1500],
  ])('%i %j it tries again after %i ms', async (status, headers, ms) => {
    gateway.ticketAnswer = { status, headers };
    await controller.start();
    expect(await waiting()).toMatchObject({ link: 'waiting', code: status, retryInMs: ms });
    gateway.ticketAnswer = { status: 201 };
    clock.advance(ms);
    await online();
  });

  it('503 with a date to wait for, which is compared with the answer\'s own clock', async () => {
    gateway.ticketAnswer = { status: 503, headers: { date: 'Mon, 05 Jan 2015 08:00:00 GMT', 'retry-after': 'Mon, 05 Jan 2015 08:00:42 GMT' } };
    await controller.start();
    expect(await waiting()).toMatchObject({ retryInMs: 42_000 });
  });

  it.each(['soon', '', '-7', '1e99'])('503 with a Retry-After that says nothing (%j) it waits as the policy says', async (said) => {
    gateway.ticketAnswer = { status: 503, headers: { 'retry-after': said } };
    await controller.start();
    expect(await waiting()).toMatchObject({ retryInMs: 500 + 0.5 * 1500 });
  });

  it('503 for longer than anybody means, it waits a day', async () => {
    gateway.ticketAnswer = { status: 503, headers: { 'retry-after': '99999999' } };
    await controller.start();
    expect(await waiting()).toMatchObject({ retryInMs: 24 * 60 * MINUTE });
  });

  it('503 on the upgrade with a date counts too', async () => {
    gateway.upgradeAnswer = { status: 503, headers: { Date: 'Mon, 05 Jan 2015 08:00:00 GMT', 'Retry-After': 'Mon, 05 Jan 2015 08:01:00 GMT' } };
    await controller.start();
    expect(await waiting()).toMatchObject({ code: 503, retryInMs: MINUTE });
  });

  it('503 on the upgrade counts like one on the ticket', async () => {
    gateway.upgradeAnswer = { status: 503, headers: { 'Retry-After': '9' } };
    await controller.start();
    expect(await waiting()).toMatchObject({ code: 503, retryInMs: 9000 });
  });

  it('no gateway at all: it goes on trying, and is there when the gateway is', async () => {
    const { port } = gateway;
    controller = makeController({ url: gateway.url }, { clock, random: () => 0.5 });
    await gateway.kill();
    await controller.start();
    const waits: (number | null)[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const { retryInMs } = await waiting();
      waits.push(retryInMs);
      clock.advance(retryInMs ?? 0);
    }
    expect(waits).toEqual([1250, 2000, 3500, 6500, 12_500, 24_500, 24_500, 24_500]);
    await waiting();
    gateway = await new ScriptedGateway().listen(port);
    gateway.now = () => clock.now();
    clock.advance(60_000);
    await online();
  });
});

describe('the count of attempts', () => {
  const closeAndWait = async () => {
    await online();
    gateway.last.socket.close(1001);
    const { retryInMs } = await waiting();
    clock.advance(retryInMs ?? 0);
    return retryInMs;
  };

  it('goes on after sessions that did not last, and starts anew after a stable one', async () => {
    await controller.start();
    expect(await closeAndWait()).toBe(10);
    expect(await closeAndWait()).toBe(15);
    await online();
    clock.advance(59_999);
    expect(await closeAndWait()).toBe(15);
    await online();
    clock.advance(60_000);
    expect(await closeAndWait()).toBe(10);
  });
});

describe('heartbeat', () => {
  it('pings, measures the offset, and gives a silent link up after two of them', async () => {
    gateway.heartbeatMs = 1000;
    gateway.now = () => clock.now() + 5000;
    await controller.start();
    await online();
    await waitFor(() => controller.clockOffsetMs === 5000);
    gateway.answersPings = false;
    const session = gateway.last;
    await waitFor(() => session.of(9).length === 1);
    clock.advance(1000);
    await waitFor(() => session.of(9).length === 2);
    clock.advance(1000);
    expect(await waiting()).toMatchObject({ code: 1006 });
  });

  it('answers the pings of the gateway', async () => {
    await controller.start();
    await online();
    gateway.last.send([9, 7, 123]);
    await waitFor(() => gateway.last.of(10).length === 1);
    expect(gateway.last.of(10)[0]?.slice(0, 3)).toEqual([10, 7, 123]);
  });

  it('gives up a gateway that never says WELCOME, and ignores what is said before', async () => {
    gateway.welcomes = false;
    await controller.start();
    const session = await gateway.session(1);
    await waitFor(() => session.of(1).length === 1);
    session.send([9, 1, 1]);
    session.socket.send('nonsense');
    session.socket.send(Buffer.from([1, 2]));
    clock.advance(20_000);
    await waiting();
    expect(session.of(10)).toEqual([]);
  });
});

it('F6: stop() while it waits leaves no timer', async () => {
  await controller.start();
  await online();
  gateway.last.socket.close(1001);
  await waiting();
  await controller.stop();
  expect(clock.pending).toBe(0);
  clock.advance(24 * 60 * MINUTE);
  expect(gateway.tickets).toHaveLength(1);
});
