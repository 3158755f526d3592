import { setTimeout as after } from 'node:timers/promises';
import { FRAME, SUBPROTOCOL, TICKET_PROTOCOL_PREFIX } from '@cupola/contracts';
import { serveParent } from '../serve-parent.js';
import type { Device, FleetRequest, FleetResult } from './fleet-messages.js';
import { POINTS_REV } from './points-rev.js';
import { LeanSession, type WelcomeRetry } from './lean-session.js';
import { Refused, ticketFor } from './ticket-desk.js';

/** Thousands of controllers in a process of their own. */
const PARALLEL = 64;
const TICK_MS = 100;
const UPGRADE_RETRY_MS = 1_000;
const sessions = new Set<LeanSession>();
let timer: NodeJS.Timeout | undefined;
let storm: { gateway: string; lostAt: number | null; wholeAt: number } | null = null;
const away = new Set<Device>();

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const some = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, some));
}

function helloText({ id }: Device): string {
  const clock = { now: Date.now(), source: 'ntp', uptimeMs: 1000 };
  return JSON.stringify([FRAME.hello, { deviceId: id, bootId: 'bench', firmware: '1', model: 'bench', points: POINTS_REV, streams: [{ id: 'main', oldest: 1, next: 1 }], subdevices: [], clock, caps: {} }]);
}

async function attempt(gateway: string, device: Device, isGreeting: boolean): Promise<void> {
  const ticket = await ticketFor(gateway, device);
  const address = `${gateway.replace('http', 'ws')}/device/v1/session`;
  const session: LeanSession = await LeanSession.open(address, `${SUBPROTOCOL}, ${TICKET_PROTOCOL_PREFIX}${ticket}`, () => lost(device, session));
  if (isGreeting) await session.hello(helloText(device));
  sessions.add(session);
}

/** Keeps asking while the door says "later". */
async function enter(gateway: string, device: Device, isGreeting: boolean): Promise<void> {
  for (;;) {
    try {
      await attempt(gateway, device, isGreeting);
      return;
    } catch (error) {
      // An upgrade that a busy server turned away is tried again as well.
      await after(error instanceof Refused ? error.retryAfterMs : UPGRADE_RETRY_MS);
    }
  }
}

/** One that ended before its WELCOME is still being attempted. */
function lost(device: Device, session: LeanSession): void {
  if (!sessions.delete(session) || storm === null) return;
  storm.lostAt ??= performance.now();
  away.add(device);
  void comeBack(storm, device, session.retry);
}

/** As `libs/device-client` does: a random wait in a range that doubles, or what Retry-After says. */
async function comeBack(from: NonNullable<typeof storm>, device: Device, retry: WelcomeRetry | null): Promise<void> {
  const { minMs, rangeMs, doublings, maxMs } = retry ?? { minMs: 500, rangeMs: 1500, doublings: 5, maxMs: 60_000 };
  let leastMs = 0;
  for (let attempts = 0; from === storm; attempts += 1) {
    await after(Math.max(leastMs, Math.min(maxMs, minMs + Math.random() * rangeMs * 2 ** Math.min(attempts, doublings))));
    try {
      await attempt(from.gateway, device, true);
      away.delete(device);
      from.wholeAt = performance.now();
      return;
    } catch (error) {
      // Nobody there, or not yet: the next attempt.
      leastMs = error instanceof Refused ? error.retryAfterMs : 0;
    }
  }
}

/** Milliseconds from the first session that was lost until all were back, or until now. */
async function allBack(withinMs: number): Promise<number> {
  const deadline = performance.now() + withinMs;
  while (storm?.lostAt === null || away.size > 0) {
    if (performance.now() > deadline) break;
    await after(TICK_MS);
  }
  return (away.size > 0 ? performance.now() : (storm?.wholeAt ?? NaN)) - (storm?.lostAt ?? NaN);
}

/** Each session in its own moment of the period, as controllers that started at different times; who comes in meanwhile joins the end. */
function ping(everyMs: number): void {
  let count = 0;
  let owed = 0;
  clearInterval(timer);
  timer = setInterval(() => {
    owed += (sessions.size * TICK_MS) / everyMs;
    for (const session of sessions) {
      if (owed < 1) return;
      owed -= 1;
      sessions.delete(session);
      sessions.add(session);
      session.say(`[${FRAME.ping},${(count += 1)},${Date.now()}]`);
    }
  }, TICK_MS);
}

function closeAll(): void {
  clearInterval(timer);
  storm = null;
  away.clear();
  for (const session of sessions) session.close();
  sessions.clear();
}

async function carryOut(request: FleetRequest): Promise<number> {
  const beganAt = performance.now();
  if (request.kind === 'connectRaw') {
    await inParallel(Array.from({ length: request.count }, () => request.address), async (address) => void sessions.add(await LeanSession.open(address, null)));
  } else if (request.kind === 'connect') await inParallel(request.devices, (device) => enter(request.gateway, device, request.hello));
  else if (request.kind === 'ping') ping(request.everyMs);
  else if (request.kind === 'comeBack') storm = { gateway: request.gateway, lostAt: null, wholeAt: NaN };
  else if (request.kind === 'allBack') return allBack(request.withinMs);
  else closeAll();
  return performance.now() - beganAt;
}

serveParent<FleetRequest>(async (request): Promise<FleetResult> => {
  const ms = await carryOut(request);
  return { ms, open: sessions.size, spreadMs: Math.max(0, ...[...sessions].map(({ retry }) => retry?.rangeMs ?? 0)) };
});
