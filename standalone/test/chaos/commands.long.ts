import type { auditRecord, Command } from '@cupola/contracts';
import { freePort, waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { afterwards, PATIENTLY } from '../scene.js';
import { judge, judgeSlots } from './command-verdict.js';
import { countOf, type Dice, throwDice } from './dice.js';
import { controllerMishaps, Disturbances } from './disturbances.js';
import { OperatorConsole } from './operator-console.js';
import { Operators, UNDER_WAY } from './operators.js';
import { type Programs, startApart, startStandalone } from './programs.js';
import { CONTROLLER_SESSION, ShakyNetwork } from './shaky-network.js';
import { type Box, buildSite } from './site.js';

const SHOWN_FAULTS = 40;
const BOXES = 20;
const HANDS = 12;
/** Accepted commands between two disturbances, and between two kills. */
const DISTURB_EVERY = 5;
const KILL_EVERY = 40;
const SOON_MS = 120_000;
/** Whatever hangs is asked about within half a minute, an ended override within a minute. */
const SETTLES_WITHIN = { timeoutMs: 180_000, intervalMs: 500 };

interface Scene {
  readonly console: OperatorConsole;
  readonly boxes: readonly Box[];
  readonly operators: Operators;
  readonly disturbances: Disturbances;
}

async function setUp(start: (networkUrl: string) => Promise<Programs>, dice: Dice): Promise<Scene> {
  const networkPort = await freePort();
  const networkUrl = `http://127.0.0.1:${networkPort}`;
  const programs = await start(networkUrl);
  const network = await ShakyNetwork.open(networkPort, programs.gatewayPort, CONTROLLER_SESSION);
  afterwards(() => network.close());
  const console = new OperatorConsole(programs.url);
  const boxes = await buildSite(console, networkUrl, BOXES, dice.fork());
  const points = boxes.flatMap((box) => box.points).filter(({ writable }) => writable);
  return {
    ...{ console, boxes },
    operators: new Operators(console, points, () => isAlive(boxes), dice.fork()),
    disturbances: new Disturbances({ programs, networks: [network], boxes, mishaps: controllerMishaps(network, boxes), dice: dice.fork() }),
  };
}

/** Nobody clicks at a building that is dark. */
function isAlive(boxes: readonly Box[]): Promise<unknown> {
  return waitFor(() => boxes.filter(({ controller }) => controller.isOnline).length * 4 > boxes.length, PATIENTLY);
}

/** Every command has its outcome, and no override ends while it is looked at: those that end soon have ended at their hosts. */
function areSettled(commands: readonly Command[]): boolean {
  const endsSoon = ({ until, fact, operation, storedValue }: Command) =>
    operation === 'write' && storedValue !== null && fact === null && until !== null && Date.parse(until) < Date.now() + SOON_MS;
  return commands.every((command) => !UNDER_WAY.has(command.state) && !endsSoon(command));
}

async function prove(start: (networkUrl: string) => Promise<Programs>, count: number): Promise<void> {
  const dice = throwDice();
  const repeat = `CUPOLA_CHAOS_SEED=${dice.seed} CUPOLA_CHAOS_COUNT=${count}`;
  const { console: operator, boxes, operators, disturbances } = await setUp(start, dice).catch((error: unknown) => {
    throw new Error(`${repeat}: the scene could not be set`, { cause: error });
  });
  await operators.work(HANDS, count, (accepted) => {
    if (accepted % DISTURB_EVERY === 0) disturbances.any();
    if (accepted % KILL_EVERY === KILL_EVERY / 2) disturbances.kill();
  });
  await disturbances.heal();
  const read = () => operator.all<Command>('/commands');
  // A command without an outcome is one of the faults that are listed below.
  await waitFor(async () => areSettled(await read()), SETTLES_WITHIN).catch(() => undefined);
  const commands = await read();
  const audit = await operator.all<z.infer<typeof auditRecord>>('/audit');
  const faults = [...judge({ commands, accepted: operators.accepted, audit, boxes }), ...(await judgeSlots(operator, boxes, commands))];
  print(repeat, commands, operators, disturbances);
  if (faults.length > 0) throw new Error(`${repeat} found ${faults.length} faults:\n${faults.slice(0, SHOWN_FAULTS).join('\n')}`);
  expect(operators.accepted.size).toBeGreaterThanOrEqual(count);
}

function print(repeat: string, commands: readonly Command[], operators: Operators, { made }: Disturbances): void {
  const outcomes = new Map<string, number>();
  for (const { state, code } of commands) {
    const outcome = state === 'FAILED' ? `FAILED ${code}` : state;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  const list = (counts: ReadonlyMap<string, number>) => [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${n} ${name}`).join(', ');
  console.log(`${repeat}\n${operators.accepted.size} accepted; outcomes: ${list(outcomes)}\nrefused at once: ${list(operators.refusals)}\ndisturbances: ${list(made)}`);
}

it('ends every command in one outcome that the controllers agree with, while the product in one process is cut off, frozen and killed', async () => {
  await prove(startStandalone, countOf(500));
});

it('does the same with backend and gateway apart, killed one by one', async () => {
  await prove(startApart, countOf(200));
});
