import type { MessageBus, Unsubscribe } from '@cupola/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { Following, Repeating } from '../devices/index.js';
import { WATCH_MS } from './command-ledger.js';
import type { TimerKind } from './command-timers.js';
import { Delivery } from './delivery.js';
import { OverrideEnd } from './override-end.js';

const EVERY_MS = 500;
const AT_ONCE = 50;

/** Runs what falls due. A timer that is claimed moves on by the watch time, so that a crash in the middle brings it back. */
@Injectable()
export class CommandRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Repeating('Command timers', EVERY_MS, () => this.run());
  private readonly hurrying = new Following('Command timers', () => this.hurry());
  private readonly back = new Set<string>();
  private stopListening: Unsubscribe | undefined;

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly delivery: Delivery,
    private readonly ends: OverrideEnd,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.rounds.start();
    this.stopListening = await this.bus.subscribe('live.controllers', ({ controllerId, link, status }) => {
      if (link !== 'online' || status !== 'active') return;
      this.back.add(controllerId);
      this.hurrying.ask();
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.stopListening?.();
    await Promise.all([this.rounds.stop(), this.hurrying.stop()]);
    await this.delivery.stop();
  }

  private async run(): Promise<void> {
    const due = await this.claim();
    for (const { kind, subject } of due) {
      if (kind === 'command') this.delivery.start(subject);
      else await this.ends.end(subject);
    }
  }

  private claim(): Promise<{ kind: TimerKind; subject: string }[]> {
    return this.database.query(
      `UPDATE timers SET due_at = to_timestamp($2::float8 / 1000) WHERE id IN (
         SELECT id FROM timers WHERE kind IN ('command', 'override-end') AND due_at <= to_timestamp($1::float8 / 1000)
         ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING kind, subject`,
      [this.clock.now(), this.clock.now() + WATCH_MS, AT_ONCE],
    );
  }

  /** Controllers came back: what they alone can say is asked before anything else. */
  private async hurry(): Promise<void> {
    const back = [...this.back];
    this.back.clear();
    await this.database.query(
      `UPDATE timers t SET due_at = least(t.due_at, to_timestamp($2::float8 / 1000)) FROM commands c
       WHERE t.kind = 'command' AND c.id = t.subject AND c.controller_id = ANY($1::uuid[]) AND c.state IN ('UNKNOWN', 'STORED')`,
      [back, this.clock.now()],
    );
  }
}
