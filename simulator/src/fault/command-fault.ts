import { command, page, point, pointDetail } from '@cupola/contracts';
import type { z } from 'zod';
import { setTimeout as wait } from 'node:timers/promises';
import { DESK_ID, faultSuffix } from '../demo/house/desk.js';
import { CallerError } from '../product/caller-error.js';
import type { ProductApi } from '../product/product-api.js';
import type { FaultCommand } from './fault-arguments.js';

type Command = z.infer<typeof command>;
const UNDER_WAY: readonly string[] = ['REQUESTED', 'ACCEPTED', 'SENT', 'STORED'];
const LOOK_EVERY_MS = 200;

/** Commands a fault at the simulation desk as any operator would, and says what became of it. Rejects with CallerError. */
export async function commandFault(api: ProductApi, asked: FaultCommand, signal: AbortSignal): Promise<string> {
  const key = `${DESK_ID}.${faultSuffix(asked)}`;
  const { items } = await api.get(`/api/v1/points?${new URLSearchParams({ search: key, limit: '10' })}`, page(point));
  const desk = items.find((item) => item.key === key);
  if (desk === undefined) throw new CallerError('This product has no simulation desk that the user may command: is the demo building running?');
  const path = `/api/v1/points/${desk.id}/overrides`;
  const reason = asked.isEnded ? 'Fault ended from the command line' : 'Fault from the command line';
  const sent = asked.isEnded
    ? await api.post(`${path}/release`, { reason }, command)
    : await api.post(path, { value: 1, durationMs: asked.durationMs, reason }, command);
  const done = await settled(api, sent, signal);
  if (done.state !== 'EFFECTIVE' && done.state !== 'PROVEN') throw new CallerError(`${desk.label}: ${done.state}${done.detail === null ? '' : `, ${done.detail}`}`);
  return asked.isEnded ? `${desk.label}: ended` : `${desk.label}: until ${done.until ?? 'somebody ends it'}`;
}

async function settled(api: ProductApi, sent: Command, signal: AbortSignal): Promise<Command> {
  for (;;) {
    const { commands } = await api.get(`/api/v1/points/${sent.pointId}`, pointDetail);
    const now = commands.find(({ id }) => id === sent.id) ?? sent;
    if (!UNDER_WAY.includes(now.state)) return now;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
