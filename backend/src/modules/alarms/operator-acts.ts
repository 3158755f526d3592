import { DomainError, type ErrorCode } from '@cupola/contracts';
import type { AlarmEvent, AlarmRefusal, Permission } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../../auth/access-service.js';
import type { Actor } from '../../auth/actor.js';
import { AuditTrail } from '../audit/index.js';
import { AlarmActs, type AlarmWork } from './alarm-acts.js';
import { AlarmCache } from './alarm-cache.js';
import { AlarmQueries, unknownAlarm } from './alarm-queries.js';
import type { StoredAlarm } from './stored-alarm.js';

type Act = Extract<AlarmEvent, { type: 'ACKNOWLEDGE' | 'RESET' | 'COMMENT' }>;

export interface Outcome {
  id: string;
  ok: boolean;
  code: string | null;
  detail: string | null;
}

const REFUSALS: Partial<Record<AlarmRefusal, [ErrorCode, string]>> = {
  STALE_OCCURRENCE: ['STALE_OCCURRENCE', 'This alarm has moved on since it was shown. Look at it again.'],
  NOT_LATCHED: ['NOT_LATCHED', 'This alarm is not held: there is nothing to reset.'],
  NOT_ACKNOWLEDGED: ['NOT_ACKNOWLEDGED', 'Acknowledge this alarm first: a reset is not an acknowledgement.'],
};
const NEEDS = 'alarms.acknowledge' satisfies Permission;

/** What operators do with alarms. */
@Injectable()
export class OperatorActs {
  constructor(
    private readonly acts: AlarmActs,
    private readonly cache: AlarmCache,
    private readonly queries: AlarmQueries,
    private readonly access: AccessService,
    private readonly audit: AuditTrail,
  ) {}

  /** Again for the same occurrence: nothing happens, and that is fine. @throws DomainError NOT_FOUND, FORBIDDEN, STALE_OCCURRENCE */
  acknowledge(actor: Actor, id: string, occurrence: number, comment?: string): Promise<void> {
    return this.#act(actor, id, { type: 'ACKNOWLEDGE', occurrence, by: actor.username }, comment);
  }

  /** Each its own outcome: one that moved on does not keep the others from being acknowledged. */
  async acknowledgeMany(actor: Actor, alarms: readonly { id: string; occurrence: number }[], comment?: string): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const { id, occurrence } of alarms) {
      try {
        await this.acknowledge(actor, id, occurrence, comment);
        outcomes.push({ id, ok: true, code: null, detail: null });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        outcomes.push({ id, ok: false, code: error.code, detail: error.message });
      }
    }
    return outcomes;
  }

  /** Lets go of a latch; never starts equipment. @throws DomainError NOT_FOUND, FORBIDDEN, STALE_OCCURRENCE, NOT_LATCHED, NOT_ACKNOWLEDGED */
  reset(actor: Actor, id: string, occurrence: number): Promise<void> {
    return this.#act(actor, id, { type: 'RESET', by: actor.username }, undefined, occurrence);
  }

  /** @throws DomainError NOT_FOUND, FORBIDDEN */
  comment(actor: Actor, id: string, text: string): Promise<void> {
    return this.#act(actor, id, { type: 'COMMENT', by: actor.username, text }, text);
  }

  async #act(actor: Actor, id: string, act: Act, words?: string, occurrence?: number): Promise<void> {
    const shown = await this.queries.get(actor, id);
    this.access.require(actor, NEEDS, { siteId: shown.site.id, buildingId: shown.building?.id ?? null, floorId: shown.floor?.id ?? null });
    const shard = this.cache.get(id)?.alarm.shard;
    const what = `${shown.definition.name}, ${shown.point?.name ?? shown.controller?.name ?? shown.site.name}`;
    await this.acts.run(shard === undefined ? [] : [shard], async (work) => {
      const [alarm] = await work.lock([id]);
      if (!alarm) throw unknownAlarm();
      if (occurrence !== undefined && occurrence !== alarm.instance.occurrence) throw refusal('STALE_OCCURRENCE');
      this.#step(work, alarm, act, words);
      await this.#record(work, actor, { alarm, act, what, words });
    });
  }

  #step({ changes }: AlarmWork, alarm: StoredAlarm, act: Act, words: string | undefined): void {
    const watched = this.cache.get(alarm.id);
    if (!watched) throw unknownAlarm();
    const step = changes.step(alarm, watched.definition, act, { text: words ?? null });
    if (!step.accepted) throw refusal(step.refusal);
  }

  #record({ tx, changes }: AlarmWork, actor: Actor, done: { alarm: StoredAlarm; act: Act; what: string; words: string | undefined }): Promise<void> {
    const { alarm, act, what, words } = done;
    const { acked, active, occurrence } = alarm.instance;
    const after = changes.current(alarm).instance;
    return this.audit.record(tx, {
      ...{ actor, operation: `alarm.${act.type.toLowerCase()}`, target: `alarm ${what}`, targetId: alarm.id },
      ...{ chainKey: alarm.controllerId ?? alarm.pointId ?? alarm.id, result: 'done', ...(words === undefined ? {} : { reason: words }) },
      ...{ before: { occurrence, active, acked }, after: { occurrence: after.occurrence, active: after.active, acked: after.acked } },
    });
  }
}

function refusal(code: AlarmRefusal): DomainError {
  const known = REFUSALS[code];
  return known ? new DomainError(...known) : new DomainError('INTERNAL', 'This cannot be done with this alarm.');
}
