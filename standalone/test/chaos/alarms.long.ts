import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Alarm, AlarmJournalLine } from '@cupola/contracts';
import { freePort, waitFor } from '@cupola/testing';
import { expect, it } from 'vitest';
import { afterwards, PATIENTLY } from '../scene.js';
import { AlarmConsole } from './alarm-console.js';
import { judgeAlarms } from './alarm-verdict.js';
import { SENSOR } from './boxes-model.js';
import { countOf, type Dice, throwDice } from './dice.js';
import { consoleMishaps, controllerMishaps, Disturbances } from './disturbances.js';
import { JournalReader } from './journal-reader.js';
import { OperatorConsole } from './operator-console.js';
import { type Programs, startApart } from './programs.js';
import { LIMITS, RoomWeather } from './room-weather.js';
import { CONSOLE_SESSION, CONTROLLER_SESSION, ShakyNetwork } from './shaky-network.js';
import { type Box, buildSite } from './site.js';

const VERIFIER = fileURLToPath(new URL('../../dist/verify-alarms.js', import.meta.url));
const BOXES = 20;
const STEADY_CONSOLES = 2;
const SHAKY_CONSOLES = 4;
/** Journal lines between two disturbances, and between two kills. */
const DISTURB_EVERY = 120;
const KILL_EVERY = 1200;
const ACKNOWLEDGED_AT_ONCE = 20;
const SHOWN_FAULTS = 40;

interface Scene {
  readonly programs: Programs;
  readonly operator: OperatorConsole;
  readonly boxes: readonly Box[];
  readonly consoles: readonly AlarmConsole[];
  readonly weather: RoomWeather;
  readonly disturbances: Disturbances;
}

async function setUp(dice: Dice): Promise<Scene> {
  const [controllerPort, consolePort] = [await freePort(), await freePort()];
  const gateway = `http://127.0.0.1:${controllerPort}`;
  const programs = await startApart(gateway);
  const network = await ShakyNetwork.open(controllerPort, programs.gatewayPort, CONTROLLER_SESSION);
  const consoleNetwork = await ShakyNetwork.open(consolePort, Number(new URL(programs.url).port), CONSOLE_SESSION);
  afterwards(() => Promise.all([network.close(), consoleNetwork.close()]));
  const operator = new OperatorConsole(programs.url);
  const boxes = await buildSite(operator, gateway, BOXES, dice.fork());
  await defineLimits(operator, boxes);
  const consoles = Array.from({ length: STEADY_CONSOLES + SHAKY_CONSOLES }, (_, index) =>
    index < STEADY_CONSOLES
      ? new AlarmConsole(`steady console ${index + 1}`, programs.url, operator)
      : new AlarmConsole(`shaky console ${index + 1}`, `http://127.0.0.1:${consolePort}`, operator),
  );
  for (const console of consoles) afterwards(() => console.close());
  await waitFor(() => consoles.every(({ seq }) => seq !== undefined), PATIENTLY);
  const mishaps = [...controllerMishaps(network, boxes), ...consoleMishaps(consoleNetwork)];
  return {
    ...{ programs, operator, boxes, consoles },
    weather: new RoomWeather(boxes, sensorOf, dice.fork()),
    disturbances: new Disturbances({ programs, networks: [network, consoleNetwork], boxes, mishaps, dice: dice.fork() }),
  };
}

function sensorOf({ name, points }: Box) {
  const sensor = points.find(({ brickClass }) => brickClass?.endsWith(SENSOR.brickClass));
  if (sensor === undefined) throw new Error(`${name} has no sensor`);
  return sensor;
}

/** Too hot and too cold, for every room by its class. */
async function defineLimits(operator: OperatorConsole, boxes: readonly Box[]): Promise<void> {
  const point = boxes[0] && sensorOf(boxes[0]);
  const target = { kind: 'class', brickClass: point?.brickClass, building: point?.building.id, floor: null };
  const rules = { target, deadband: LIMITS.deadband };
  await operator.post('/alarm-definitions', { ...rules, name: 'Too hot', condition: 'HI', limit: LIMITS.high, priority: 2 });
  await operator.post('/alarm-definitions', { ...rules, name: 'Too cold', condition: 'LO', limit: LIMITS.low, priority: 3 });
}

/** Disturbs and kills as the journal grows, and lets operators acknowledge what they see. */
async function misfortune({ operator, consoles, disturbances }: Scene, journal: JournalReader, dice: Dice, isEnough: () => boolean): Promise<void> {
  for (let disturbed = 1; !isEnough(); disturbed += 1) {
    await waitFor(() => journal.head >= disturbed * DISTURB_EVERY || isEnough(), { timeoutMs: 180_000, intervalMs: 50 });
    disturbances.any();
    if ((disturbed * DISTURB_EVERY) % KILL_EVERY === KILL_EVERY / 2) disturbances.kill();
    const alarms = dice.pick(consoles).unacknowledged.slice(0, ACKNOWLEDGED_AT_ONCE).map(({ id, occurrence }) => ({ id, occurrence }));
    // What moved on meanwhile is refused one by one, which is right.
    if (alarms.length > 0) await operator.post('/alarms/acknowledge', { alarms });
  }
}

async function readList(operator: OperatorConsole): Promise<{ seq: number; items: Alarm[] }> {
  return operator.get('/alarms');
}

/** Nothing is under way any more: the journal stands still, and every console has read it all. */
async function rest({ operator, consoles }: Scene): Promise<void> {
  let before = -1;
  await waitFor(async () => {
    const { seq } = await readList(operator);
    const isStill = seq === before && consoles.every((console) => console.seq === seq);
    before = seq;
    return isStill;
  }, { timeoutMs: 120_000, intervalMs: 1_500 });
}

function print(repeat: string, journal: readonly AlarmJournalLine[], { consoles, disturbances, weather }: Scene): void {
  const facts = new Map<string, number>();
  for (const { fact } of journal) facts.set(fact, (facts.get(fact) ?? 0) + 1);
  const list = (counts: ReadonlyMap<string, number>) => [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => `${n} ${name}`).join(', ');
  const seen = consoles.map(({ name, counts }) => `${name}: ${list(new Map(Object.entries(counts)))}`);
  console.log(`${repeat}\n${weather.samples} samples; journal: ${list(facts)}\n${seen.join('\n')}\ndisturbances: ${list(disturbances.made)}`);
}

it('shows the same alarms in the journal, the list and on every console, while everything between them is cut, frozen and killed', async () => {
  const dice = throwDice();
  const count = countOf(10_000);
  const repeat = `CUPOLA_CHAOS_SEED=${dice.seed} CUPOLA_CHAOS_COUNT=${count}`;
  const scene = await setUp(dice).catch((error: unknown) => {
    throw new Error(`${repeat}: the scene could not be set`, { cause: error });
  });
  const { operator, weather, disturbances, consoles, boxes, programs } = scene;
  const followed = new JournalReader(operator);
  followed.follow();
  const isEnough = () => followed.transitions >= count;
  await Promise.all([weather.blow(isEnough), misfortune(scene, followed, dice.fork(), isEnough)]);
  await disturbances.heal();
  await weather.settle();
  // What hangs is one of the faults that are listed below.
  await rest(scene).catch(() => undefined);
  await followed.stop();
  const journal = new JournalReader(operator);
  await journal.catchUp();
  const { items: list } = await readList(operator);
  print(repeat, journal.lines, scene);
  const faults = judgeAlarms({ journal: journal.lines, followed: followed.lines, list, consoles, boxes, weather });
  if (faults.length > 0) throw new Error(`${repeat} found ${faults.length} faults:\n${faults.slice(0, SHOWN_FAULTS).join('\n')}`);
  const verdict = await promisify(execFile)(process.execPath, [VERIFIER], { env: { PATH: process.env['PATH'], ...programs.env } });
  expect(verdict.stdout, repeat).toMatch(/OK: \d+ alarms, \d+ journal lines, no difference\.\s*$/);
});
