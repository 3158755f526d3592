import { createController, memoryCredentials, memoryStream, type Controller } from '@cupola/device-client';

// Half of a crowd's controllers, in a process of their own beside the product. Says what it did on each question of its parent.

export interface Member {
  readonly deviceId: string;
  readonly secret: string;
}
export interface Orders {
  readonly gateway: string;
  readonly members: readonly Member[];
  /** Each controller reports this often; milliseconds. */
  readonly paceMs: number;
  /** Share of the controllers that are restarted each minute, one after the other. */
  readonly churn: number;
}
export type Question = { readonly kind: 'start' | 'work'; readonly orders: Orders } | { readonly kind: 'ask' | 'settle' };
export interface FleetReport {
  readonly online: number;
  readonly restarts: number;
  /** Frames that were not acknowledged. */
  readonly unacknowledged: number;
  /** Values that each controller reported: 1 to this. */
  readonly reported: readonly number[];
}

const STARTING_AT_ONCE = 8;
const POINTS = Array.from({ length: 5 }, (_, index) => ({ key: `p${index}`, kind: 'analog' as const }));
const streams = new Map<string, { live: ReturnType<typeof memoryStream>; backfill: ReturnType<typeof memoryStream> }>();
const controllers: Controller[] = [];
const reported: number[] = [];
const timers: NodeJS.Timeout[] = [];
let restarts = 0;
let isRestarting = Promise.resolve();

function make({ gateway }: Orders, { deviceId, secret }: Member): Controller {
  const own = streams.get(deviceId) ?? { live: memoryStream(), backfill: memoryStream() };
  streams.set(deviceId, own);
  return createController({ gateway, credentials: memoryCredentials({ deviceId, secret }), points: POINTS, streams: own });
}

/** A few at a time: what is soaked is standing, not the storm of a first start. */
async function start(orders: Orders): Promise<void> {
  const waiting = [...orders.members.entries()];
  const some = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [index, member] = next;
      const controller = make(orders, member);
      controllers[index] = controller;
      reported[index] = 0;
      const online = new Promise<void>((resolve) => controller.on('state', ({ link }) => link === 'online' && resolve()));
      await controller.start();
      await online;
    }
  };
  await Promise.all(Array.from({ length: STARTING_AT_ONCE }, some));
}

function work(orders: Orders): void {
  const { members, paceMs, churn } = orders;
  evenly(paceMs / members.length, (turn) => report(turn % members.length));
  if (churn > 0) evenly(60_000 / (members.length * churn), () => (isRestarting = isRestarting.then(() => restartOne(orders))));
}

/** Calls with 0, 1, 2 and so on, one each `everyMs`, however late the timer is. */
function evenly(everyMs: number, act: (turn: number) => void): void {
  const beganAt = performance.now();
  let turn = 0;
  timers.push(
    setInterval(() => {
      for (; turn * everyMs < performance.now() - beganAt; turn += 1) act(turn);
    }, 20),
  );
}

function report(index: number): void {
  reported[index] = (reported[index] ?? 0) + 1;
  for (const { key } of POINTS) controllers[index]?.report(key, reported[index]);
}

async function restartOne(orders: Orders): Promise<void> {
  const index = Math.floor(Math.random() * controllers.length);
  const member = orders.members[index];
  if (member === undefined) return;
  await controllers[index]?.stop();
  controllers[index] = make(orders, member);
  await controllers[index].start();
  restarts += 1;
}

function look(): FleetReport {
  const online = controllers.filter(({ state }) => state.link === 'online').length;
  return { online, restarts, unacknowledged: controllers.reduce((sum, controller) => sum + controller.unacknowledged, 0), reported };
}

async function answer(question: Question): Promise<FleetReport> {
  if (question.kind === 'start') await start(question.orders);
  if (question.kind === 'work') work(question.orders);
  if (question.kind === 'settle') {
    for (const timer of timers.splice(0)) clearInterval(timer);
    await isRestarting;
  }
  return look();
}

process.on('message', (question: Question) => void answer(question).then((said) => process.send?.(said)));
process.on('disconnect', () => process.exit(0));
