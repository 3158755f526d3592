import { FRAME } from '@cupola/contracts';
import { DeviceSession } from '../device-session.js';
import { serveParent } from '../serve-parent.js';
import type { LoadRequest, LoadResult } from './load-messages.js';

/** Runs in a process of its own: controllers do not share a processor's time with the measured product. */
const PARALLEL_CONNECTS = 20;
let sessions: DeviceSession[] = [];
let samplesPerFrame = 0;

async function connect({ gateway, devices, pointsRev, samplesPerFrame: samples }: LoadRequest & { kind: 'connect' }): Promise<void> {
  samplesPerFrame = samples;
  const waiting = [...devices];
  const opened: DeviceSession[] = [];
  const openSome = async (): Promise<void> => {
    for (let device = waiting.pop(); device; device = waiting.pop()) opened.push(await DeviceSession.open(gateway, device, pointsRev));
  };
  await Promise.all(Array.from({ length: PARALLEL_CONNECTS }, openSome));
  sessions = opened;
}

async function send({ from, to, startedAt, stepMs, overMs }: LoadRequest & { kind: 'send' }): Promise<void> {
  // All sessions send the same rows under their own aliases, so one text serves them all.
  const texts = new Map<number, string>();
  for (let seq = from; seq <= to; seq += 1) {
    const rows = Array.from({ length: samplesPerFrame }, (_, alias) => `[${alias},${seq},0,0]`).join();
    texts.set(seq, `[${FRAME.data},"main",${seq},0,${startedAt + seq * stepMs},[${rows}]]`);
  }
  const began = performance.now();
  const perFrame = overMs / (to - from + 1);
  await Promise.all(
    sessions.map((session, index) => {
      // Sessions take turns within each step instead of all speaking at once.
      const shift = (perFrame * index) / sessions.length;
      return session.send(from, to, (seq) => texts.get(seq) ?? '', (seq) => (overMs === 0 ? 0 : began + (seq - from) * perFrame + shift));
    }),
  );
}

serveParent<LoadRequest>(async (request): Promise<LoadResult> => {
  const began = performance.now();
  await (request.kind === 'connect' ? connect(request) : send(request));
  return performance.now() - began;
});
