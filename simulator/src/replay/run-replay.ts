import type { Controller } from '@cupola/contracts';
import { readFile } from 'node:fs/promises';
import { AckLog } from './ack-log.js';
import type { ReplayOptions } from './arguments.js';
import { CallerError } from '../product/caller-error.js';
import { checkAcks, recordedPoints } from './check-acks.js';
import { Fleet } from './fleet.js';
import { inParallel } from '../product/in-parallel.js';
import { importModel, type Place } from '../product/model-import.js';
import { Pace } from './pace.js';
import { PlayedController, REPLAY_MODEL } from './played-controller.js';
import { ProductApi } from '../product/product-api.js';
import { Progress } from './progress.js';
import { provision, type Provisioned, type Workshop } from '../product/provisioning.js';
import { frameRecording, RecordedStream } from './recorded-stream.js';
import { judgeUnits, readRecording, type Recording } from './recording.js';
import { findController, readAssignments, readControllers, type Assignment } from '../product/roster.js';
import { firmwareFor, knownShift, shiftToNow } from './shift.js';
import { StateFolder } from './state-folder.js';
import { readTelemetry } from './telemetry-files.js';
import { verifyHistory } from './verify.js';

type Say = (line: string) => void;

/** Controllers that are registered and claimed at the same time. */
const PROVISIONED_AT_ONCE = 6;

export interface Surroundings {
  /** Ends the replay; the same command goes on later. */
  readonly signal: AbortSignal;
  /** Where progress and results are written. */
  readonly out: NodeJS.WritableStream;
}

/** Runs the whole replay. Gives the exit status: 1 when a verification found a difference. Rejects with CallerError. */
export async function runReplay(options: ReplayOptions, { signal, out }: Surroundings): Promise<number> {
  const progress = new Progress(out);
  const say = (line: string) => progress.say(line);
  const recording = readRecording(await readTelemetry(options.telemetry));
  say(`Recording: ${recording.series.size} points, ${recording.rows} rows, ${iso(recording.firstTime)} to ${iso(recording.lastTime)}`);
  const onOutage = (isDown: boolean) => progress.note(isDown ? 'the product is away, waiting for it' : '');
  const api = new ProductApi({ url: options.url, user: options.user, password: options.password, onOutage, signal });
  if (options.checkAcks !== null) return reportAcks(api, recording, options.checkAcks, say);
  const place = await importInto(api, options, recording, say);
  const state = new StateFolder(options.stateFolder, place.buildingId);
  const assignments = await readAssignments(api, place);
  requireModelled(recording, assignments);
  const controllers = await readControllers(api, place);
  const earlier = await knownShift(controllers, recording, state);
  const shiftMs = options.isRebased ? (earlier ?? shiftToNow(recording, Date.now())) : 0;
  if (options.isRebased) await state.writeShift(recording.lastTime, shiftMs);
  // A shift that was ever chosen stays written in the firmware, also while the recording is replayed unshifted.
  const firmware = firmwareFor(options.isRebased ? shiftMs : earlier);
  const workshop: Workshop = {
    ...{ api, gateway: options.gateway, place, firmware, signal, model: REPLAY_MODEL, serialPrefix: 'RPL' },
    credentials: (controllerId) => state.credentials(controllerId),
  };
  const provisioned = await provisionAll(workshop, assignments, controllers, progress);
  await playAll({ options, recording, workshop, provisioned, shiftMs, progress });
  return options.isVerified ? reportVerdict(api, place, recording, shiftMs, progress) : 0;
}

async function importInto(api: ProductApi, options: ReplayOptions, recording: Recording, say: Say): Promise<Place> {
  const unitSystem = options.units ?? judgeUnits(recording);
  if (options.units === null && recording.medianTemperature !== null) {
    say(`Units: ${unitSystem}, because the recorded temperatures have a median of ${recording.medianTemperature} (--units says otherwise)`);
  }
  return importModel(api, { ...options, source: options.modelFile, turtle: await readModelFile(options.modelFile), unitSystem }, say);
}

async function readModelFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const isAbsent = error.code === 'ENOENT';
    throw new CallerError(isAbsent ? `There is no model at ${path}.` : `The model ${path} cannot be read: ${error.message}.`);
  });
}

/** Nothing is sent of a recording that the model does not know: it could not be found again. */
function requireModelled(recording: Recording, assignments: readonly Assignment[]): void {
  const known = new Set(assignments.flatMap(({ points }) => points.map(({ sourceId }) => sourceId)));
  const strangers = [...recording.series.keys()].filter((sourceId) => !known.has(sourceId));
  if (strangers.length === 0) return;
  const what = `${strangers.length} recorded ids are no points of the model, the first is ${strangers[0]}`;
  throw new CallerError(`${what}: are model and telemetry of the same building?`);
}

async function provisionAll(
  workshop: Workshop,
  assignments: readonly Assignment[],
  controllers: readonly Controller[],
  progress: Progress,
): Promise<Provisioned[]> {
  progress.say(`Controllers: ${assignments.length}, of which the product knows ${controllers.length}`);
  let done = 0;
  let shownAt = performance.now();
  const provisioned = await inParallel(assignments, PROVISIONED_AT_ONCE, async (assignment) => {
    const one = await provision(workshop, assignment, findController(controllers, assignment));
    done += 1;
    if (performance.now() - shownAt > 2000) {
      shownAt = performance.now();
      progress.note(`Controllers registered, claimed and confirmed: ${done} of ${assignments.length}`);
    }
    return one;
  });
  progress.note('');
  return provisioned;
}

interface Play {
  readonly options: ReplayOptions;
  readonly recording: Recording;
  readonly workshop: Workshop;
  readonly provisioned: readonly Provisioned[];
  readonly shiftMs: number;
  readonly progress: Progress;
}

async function playAll({ options, recording, workshop, provisioned, shiftMs, progress }: Play): Promise<void> {
  const pace = new Pace(options.speed, () => performance.now());
  const ackLog = options.ackLog === null ? null : new AckLog(options.ackLog);
  const fleet: Fleet = new Fleet([], pace, workshop);
  for (const one of provisioned) {
    const stream = new RecordedStream(frameRecording(recording, recordedPoints(one.assignment.points), shiftMs), pace);
    const { gateway, firmware } = workshop;
    fleet.members.push(
      new PlayedController(one, stream, { gateway, firmware, recording, ackLog, onLockedOut: (played, state) => fleet.mend(played, state) }),
    );
  }
  const show = () => {
    const { online } = fleet;
    progress.note(online === 0 ? 'no controller is connected, they keep trying' : '');
    progress.update(fleet.ackedRows, `${online}/${fleet.members.length}`);
  };
  progress.begin('Replay', fleet.rows);
  try {
    await fleet.play(show);
    if (options.staysOnline) await fleet.stay(show);
  } finally {
    progress.end();
    await fleet.stop();
    ackLog?.close();
  }
  progress.say(`Acknowledged: all ${fleet.rows} rows of ${fleet.members.length} controllers`);
}

async function reportVerdict(api: ProductApi, place: Place, recording: Recording, shiftMs: number, progress: Progress): Promise<number> {
  progress.begin('Verify', recording.rows);
  let rows = 0;
  const verdict = await verifyHistory(api, place, recording, shiftMs, (more) => {
    rows += more;
    progress.update(rows, '');
  }).finally(() => progress.end());
  for (const difference of verdict.differences) progress.say(`  ${difference}`);
  const isEqual = verdict.differing === 0 && verdict.equal === verdict.expected;
  const counts = `${verdict.equal} of ${verdict.expected} rows equal in ${verdict.points} points`;
  progress.say(isEqual ? `Verified: ${counts}, none besides` : `DIFFERENT: ${counts}, ${verdict.differing} differences`);
  return isEqual ? 0 : 1;
}

async function reportAcks(api: ProductApi, recording: Recording, logFile: string, say: Say): Promise<number> {
  const { acknowledgements, rows, found, missing } = await checkAcks(api, recording, logFile);
  for (const sample of missing.slice(0, 20)) say(`  missing ${sample}`);
  const counts = `${found} of ${rows} samples of ${acknowledgements} acknowledgements found`;
  say(missing.length === 0 ? `Kept: ${counts}` : `LOST: ${counts}`);
  return missing.length === 0 ? 0 : 1;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
