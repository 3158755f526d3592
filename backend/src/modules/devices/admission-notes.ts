import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { LinkChanges } from './link-changes.js';
import { Repeating } from './repeating.js';
import { explain } from './session-doctor.js';
import { noteEvents } from './timeline.js';

export type AdmissionWhy = 'device' | 'site' | 'house';

const WRITE_EVERY_MS = 2_000;
const COUNT_EVERY_MS = 30_000;
const WORDS: Readonly<Record<AdmissionWhy, string>> = {
  device: 'It asks for tickets too often and has to wait',
  site: 'Too many controllers of its site connect at once: it waits for its turn',
  house: 'Too many controllers connect at once: it waits for its turn',
};

/**
 * What the door has to do with the database, kept off its way: a storm that is turned away must not become a storm of writes.
 * Refusals are gathered and written together; how many controllers could come back at once is counted now and then.
 */
@Injectable()
export class AdmissionNotes implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly writing = new Repeating('Admission', WRITE_EVERY_MS, () => this.write());
  private readonly counting = new Repeating('Admission', COUNT_EVERY_MS, () => this.count());
  private gathered = new Map<string, AdmissionWhy>();
  private inUse = 0;

  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
  ) {}

  /** Controllers that would all ask for a ticket if every session ended now. */
  get returning(): number {
    return this.inUse;
  }

  refused(controllerId: string, why: AdmissionWhy): void {
    this.gathered.set(controllerId, why);
  }

  onApplicationBootstrap(): void {
    this.writing.start();
    this.counting.start(0);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.writing.stop(), this.counting.stop()]);
  }

  private async count(): Promise<void> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int FROM controllers WHERE status IN ('pending', 'active')
         AND (link = 'online' OR last_seen_at > now() - interval '1 day')`,
    );
    this.inUse = row?.count ?? 0;
  }

  private async write(): Promise<void> {
    if (this.gathered.size === 0) return;
    const gathered = this.gathered;
    this.gathered = new Map();
    await this.unitOfWork.run(async (tx) => {
      for (const why of ['device', 'site', 'house'] as const) {
        const ids = [...gathered].filter(([, other]) => other === why).map(([id]) => id).sort();
        if (ids.length > 0) await this.noteRefused(tx, ids, why);
      }
    });
  }

  /** The link's reason changes only where it is down: a connected controller may well ask for a ticket too often. */
  private async noteRefused(tx: Transaction, ids: string[], why: AdmissionWhy): Promise<void> {
    const text = explain('admission_refused', WORDS[why]);
    await tx.query('SELECT id FROM controllers WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
    const changed = await tx.query<{ id: string }>(
      `UPDATE controllers SET reason = 'admission_refused', detail = $2
       WHERE id = ANY($1::uuid[]) AND link <> 'online' AND status IN ('pending', 'active') RETURNING id`,
      [ids, text],
    );
    await noteEvents(tx, ids, 'admission_refused', text, { why });
    await this.links.announce(tx, changed.map(({ id }) => id));
  }
}
