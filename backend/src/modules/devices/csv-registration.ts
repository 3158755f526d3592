import type { CsvReport } from '@cupola/contracts';
import { CLAIM_TTL_MAX_MS } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { type CsvFault, type CsvRow, readCsv } from './csv-rows.js';
import { DuplicateFinder } from './duplicate-finder.js';
import { PlaceIndex } from './place-index.js';
import { type NewController, type RegisteredController, Registration } from './registration.js';

interface JudgedRow extends NewController {
  line: number;
}

/** Registers a file of controllers: all rows or none. A dry run answers the same without writing. */
@Injectable()
export class CsvRegistration {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: AccessService,
    private readonly registration: Registration,
    private readonly audit: AuditTrail,
  ) {}

  async dryRun(actor: Actor, text: string): Promise<CsvReport> {
    return this.unitOfWork.run(async (tx) => (await this.judge(tx, actor, text)).report);
  }

  async apply(actor: Actor, text: string): Promise<CsvReport> {
    return this.unitOfWork.run(async (tx) => {
      const { rows, report } = await this.judge(tx, actor, text);
      if (report.errors.length > 0) return report;
      // Printed and carried through a building: the longest life that a code may have.
      const registered = await this.registration.create(tx, actor, rows, CLAIM_TTL_MAX_MS);
      await this.recordImport(tx, actor, registered);
      return { ...report, applied: true, claims: registered.map(({ name, claim }) => ({ ...claim, name })) };
    });
  }

  private async judge(tx: Transaction, actor: Actor, text: string): Promise<{ rows: JudgedRow[]; report: CsvReport }> {
    const { count, rows: written, faults } = readCsv(text);
    const places = await PlaceIndex.load(tx, written);
    const placed = written.map((row) => this.place(actor, places, row));
    const rows = placed.flatMap((one) => ('place' in one ? [one] : []));
    const existing = await DuplicateFinder.load(tx, rows);
    const errors = [
      ...faults,
      ...placed.flatMap((one) => ('place' in one ? [] : [one])),
      ...rows.flatMap((row) => existing.find(row).map(({ part, text }) => ({ line: row.line, column: part, text }))),
      ...findRepeated(rows),
    ].sort((a, b) => a.line - b.line);
    const preview = rows.map(({ line, name, type, place }) => ({ line, name, type, site: place.siteName, equipment: place.equipmentName }));
    return { rows, report: { rows: count, applied: false, errors, preview, claims: [] } };
  }

  private place(actor: Actor, places: PlaceIndex, row: CsvRow): JudgedRow | CsvFault {
    const place = places.find(row);
    if ('part' in place) return { line: row.line, column: place.part, text: place.text };
    if (!this.access.may(actor, 'controllers.register', place)) {
      return { line: row.line, column: 'site', text: `Your roles do not allow registering controllers at ${place.siteName}.` };
    }
    return { line: row.line, name: row.name, type: row.type, serial: row.serial ?? null, place };
  }

  /** One record names every controller of the file: it was one act of one person. */
  private async recordImport(tx: Transaction, actor: Actor, registered: readonly RegisteredController[]): Promise<void> {
    await this.audit.record(tx, {
      actor,
      operation: 'controller.import',
      target: `${registered.length} controllers from a CSV file`,
      targetId: null,
      chainKey: registered[0]?.place.siteId ?? actor.userId,
      result: 'done',
      after: { controllers: registered.map(({ id, name, type, serial, slot }) => ({ id, name, type, serial, slot })) },
    });
  }
}

/** Rows of one file that collide with each other: the later one is named, with the line of the first. */
function findRepeated(rows: readonly JudgedRow[]): CsvFault[] {
  const first = new Map<string, number>();
  return rows.flatMap(({ line, name, serial, place }) => {
    const claims: [CsvFault['column'], string, string][] = [
      ['name', `${place.siteId} name ${name}`, `The name ${name}`],
      ...(serial === null ? [] : [['serial', `${place.siteId} serial ${serial}`, `Serial ${serial}`] as [string, string, string]]),
      ...(place.equipmentId === null ? [] : [['equipment', place.equipmentId, `${place.equipmentName}`] as [string, string, string]]),
    ];
    return claims.flatMap(([column, key, what]) => {
      const before = first.get(key);
      if (before === undefined) first.set(key, line);
      return before === undefined ? [] : [{ line, column, text: `${what} stands in line ${before} already.` }];
    });
  });
}
