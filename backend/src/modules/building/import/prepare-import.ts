import type { importQuery } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';
import type { z } from 'zod';
import type { BuildingModel } from './building-model.js';
import type { Finding } from './findings.js';
import { diffModel, type ModelDiff, reportDiff, sumOf } from './model-diff.js';
import { readTurtle } from './read-turtle.js';
import { type ResolvedModel, resolveModel } from './resolve-model.js';
import type { StoredModel } from './stored-model.js';
import { countClasses, countsOf } from './write-model.js';

export type ImportOptions = z.infer<typeof importQuery>;

/** The part of a report that is kept as it was found. */
export interface StoredReport {
  site: string;
  building: string;
  counts: ReturnType<typeof countsOf>;
  equipmentByClass: Record<string, number>;
  pointsByClass: Record<string, number>;
  diff: { added: number; changed: number; unchanged: number; missing: number };
  findings: Finding[];
}

/** A model that was read, before it is compared with what is stored. */
export interface ReadModel extends Omit<ResolvedModel, 'model'> {
  model: BuildingModel;
}

/** @throws DomainError MODEL_MALFORMED, MODEL_EMPTY */
export async function readModel(source: string, options: Pick<ImportOptions, 'unitSystem'>): Promise<ReadModel> {
  const resolved = await resolveModel(await readTurtle(source), options.unitSystem);
  const { floors, spaces, zones, equipment, points } = resolved.model;
  if ([floors, spaces, zones, equipment, points].every((items) => items.length === 0)) {
    throw new DomainError('MODEL_EMPTY', 'The Turtle is well formed, but describes no floor, room, zone, equipment or point of a building in Brick.');
  }
  return resolved;
}

/** Compares a model with what is stored, and says everything a person should know before it is applied. */
export function reportOn(read: ReadModel, stored: StoredModel, names: { site: string; building: string }): { report: StoredReport; diff: ModelDiff; hasErrors: boolean } {
  const { model, findings, controllers } = read;
  const diff = diffModel(model, stored);
  reportDiff(model, stored, diff, findings);
  const report = {
    ...names,
    counts: countsOf(model, controllers),
    equipmentByClass: countClasses(model.equipment),
    pointsByClass: countClasses(model.points),
    diff: sumOf(diff),
    findings: findings.list(),
  };
  return { report, diff, hasErrors: findings.hasErrors };
}
