import { controller, type Point } from '@cupola/contracts';
import { readAckLog, type AckEntry } from './ack-log.js';
import { CallerError } from '../product/caller-error.js';
import { compareSamples, readHistory, type Sample } from './history-check.js';
import { inParallel } from '../product/in-parallel.js';
import type { ProductApi } from '../product/product-api.js';
import { frameRecording } from './recorded-stream.js';
import type { Recording } from './recording.js';
import { findController, readAssignments, readControllers, type Assignment } from '../product/roster.js';

export interface AckVerdict {
  readonly acknowledgements: number;
  readonly rows: number;
  readonly found: number;
  readonly missing: readonly string[];
}

const READERS = 4;

/** Looks up every sample that the log says was acknowledged. Only reads. */
export async function checkAcks(api: ProductApi, recording: Recording, logFile: string): Promise<AckVerdict> {
  const entries = await readAckLog(logFile);
  const byController = [...Map.groupBy(entries, (entry) => entry.controller)];
  const first = byController[0];
  if (first === undefined) return { acknowledgements: 0, rows: 0, found: 0, missing: [] };
  const assignments = await assignmentsAround(api, first[0]);
  const parts = byController.map(([controllerId, own]) => {
    const assignment = assignments.get(controllerId);
    if (assignment === undefined) throw new CallerError(`The log names controller ${controllerId}, which the product does not have.`);
    return acknowledgedSamples(recording, assignment, own);
  });
  const perPoint = parts.flatMap((part) => [...part]);
  const compared = await inParallel(perPoint, READERS, async ([{ id, key }, samples]) => {
    const times = samples.map(([time]) => time);
    const { equal, missing } = compareSamples(samples, await readHistory(api, id, Math.min(...times), Math.max(...times)));
    return { equal, missing: missing.map(([time, value]) => `${key}: ${new Date(time).toISOString()} ${value}`) };
  });
  return {
    acknowledgements: entries.length,
    rows: perPoint.reduce((sum, [, samples]) => sum + samples.length, 0),
    found: compared.reduce((sum, { equal }) => sum + equal, 0),
    missing: compared.flatMap(({ missing }) => missing),
  };
}

/** Who plays what in the building that a controller belongs to, by the controllers' ids. */
async function assignmentsAround(api: ProductApi, controllerId: string): Promise<Map<string, Assignment>> {
  const { site, building } = await api.get(`/api/v1/controllers/${controllerId}`, controller);
  if (building === null) throw new CallerError(`Controller ${controllerId} of the log belongs to no building.`);
  const controllers = await readControllers(api, { siteId: site.id, buildingId: building.id });
  const assignments = await readAssignments(api, { buildingId: building.id, buildingName: building.name });
  return new Map(assignments.flatMap((assignment) => {
    const found = findController(controllers, assignment);
    return found === undefined ? [] : [[found.id, assignment] as const];
  }));
}

function acknowledgedSamples(recording: Recording, { name, points }: Assignment, entries: readonly AckEntry[]): Map<Point, Sample[]> {
  const byKey = new Map(points.map((point) => [point.key, point]));
  const samples = new Map<Point, Sample[]>();
  for (const [stream, own] of Map.groupBy(entries, (entry) => entry.stream)) {
    const framing = frameRecording(recording, recordedPoints(points), shiftOf(stream));
    if (framing.streamId !== stream) throw new CallerError(`The log's stream ${stream} of ${name} was not made from this recording and model.`);
    const seqs = new Set(own.flatMap(({ from, seq }) => Array.from({ length: seq - from + 1 }, (_, offset) => from + offset)));
    for (const seq of seqs) {
      for (const [key, value, , time] of framing.frames[seq - 1]?.rows ?? []) {
        const point = byKey.get(key);
        if (point !== undefined) samples.set(point, [...(samples.get(point) ?? []), [time, value]]);
      }
    }
  }
  return samples;
}

/** The points of a controller that can have a recording. */
export function recordedPoints(points: readonly Point[]): { sourceId: string; key: string }[] {
  return points.flatMap(({ sourceId, key }) => (sourceId === null ? [] : [{ sourceId, key }]));
}

/** A stream's id carries the shift behind a plus sign. */
function shiftOf(stream: string): number {
  const shift = Number(stream.split('+')[1] ?? 0);
  return Number.isSafeInteger(shift) ? shift : 0;
}
