import { Service, inject } from '@angular/core';
import type { TimelineEntry } from '@cupola/contracts';
import type { SessionReason, TimelineKind } from '@cupola/domain';
import { Words } from '../../core/words';
import type { WordKey } from '../../core/words';
import { REASON_WORDS } from './controller-words';

const LIFE_WORDS = {
  registered: 'timeline.kind.registered', claimed: 'timeline.kind.claimed', claim_refused: 'timeline.kind.claim_refused', enrolled: 'timeline.kind.enrolled',
  confirmed: 'timeline.kind.confirmed', bound: 'timeline.kind.bound', rotated: 'timeline.kind.rotated', ticket_issued: 'timeline.kind.ticket_issued',
  late_heartbeat: 'timeline.kind.late_heartbeat', clock_skew: 'timeline.kind.clock_skew', samples_lost: 'timeline.kind.samples_lost',
  stream_accepted: 'timeline.kind.stream_accepted', old_secret: 'timeline.why.old_secret',
} as const satisfies Record<Exclude<TimelineKind, SessionReason>, WordKey>;
const KIND_WORDS: Readonly<Record<TimelineKind, WordKey>> = { ...REASON_WORDS, ...LIFE_WORDS };

/** More exact words where an entry says why, by kind and why. */
const WHY_WORDS: Readonly<Record<string, WordKey>> = {
  'connected.answers_again': 'timeline.why.answers_again', 'ticket_refused.replayed': 'timeline.why.replayed', 'ticket_refused.expired': 'timeline.why.expired', 'ticket_refused.outdated': 'timeline.why.outdated',
  'ticket_refused.wrong_audience': 'timeline.why.wrong_audience', 'ticket_refused.wrong_protocol': 'timeline.why.wrong_protocol',
  'ticket_refused.in_address': 'timeline.why.in_address', 'claim_refused.expired': 'timeline.why.code_expired', 'claim_refused.exhausted': 'timeline.why.exhausted',
  'claim_refused.wrong_code': 'timeline.why.wrong_code', 'claim_refused.other_serial': 'timeline.why.other_serial', 'claim_refused.serial_taken': 'timeline.why.serial_taken',
  'claimed.again': 'timeline.why.claimed_again', 'enrolled.again': 'timeline.why.enrolled_again', 'awaiting_confirmation.claimed_anew': 'timeline.why.enrolled_again',
  'awaiting_confirmation.connected': 'timeline.why.held_back', 'revoked.asked': 'timeline.why.revoked_asked',
  'rotated.handed_over': 'timeline.why.secret_handed_over', 'rotated.used': 'timeline.why.secret_used', 'rotated.not_understood': 'timeline.why.secret_not_understood',
  'clone.old_secret': 'timeline.why.old_secret', 'bad_credential.key': 'timeline.why.other_key', 'samples_lost.store': 'timeline.why.lost_store',
  'samples_lost.replay': 'timeline.why.lost_replay', 'samples_lost.dropped': 'timeline.why.lost_dropped', 'admission_refused.device': 'timeline.why.admission_device',
  'admission_refused.site': 'timeline.why.admission_site', 'admission_refused.house': 'timeline.why.admission_house',
};

const NEXT_WORDS: Readonly<Partial<Record<TimelineKind, WordKey>>> = {
  never_claimed: 'timeline.next.never_claimed', never_connected: 'timeline.next.never_connected', awaiting_confirmation: 'timeline.next.awaiting_confirmation',
  closed_by_controller: 'timeline.next.closed_by_controller', connection_lost: 'timeline.next.connection_lost', heartbeat_lost: 'timeline.next.heartbeat_lost',
  superseded: 'timeline.next.superseded', revoked: 'timeline.next.revoked', gateway_lost: 'timeline.next.gateway_lost', gateway_stopped: 'timeline.next.gateway_stopped',
  bad_hello: 'timeline.next.firmware', bad_frame: 'timeline.next.firmware', too_fast: 'timeline.next.too_fast', sequence_conflict: 'timeline.next.sequence_conflict',
  bad_credential: 'timeline.next.bad_credential', ticket_refused: 'timeline.next.ticket_refused', admission_refused: 'timeline.next.admission_refused',
  deaf: 'timeline.next.deaf', degraded: 'timeline.next.degraded', drained: 'timeline.next.drained', clone: 'timeline.next.clone',
  duplicate_identity: 'timeline.next.duplicate_identity', claimed: 'timeline.next.claimed', registered: 'timeline.next.never_claimed',
  claim_refused: 'timeline.next.claim_refused', enrolled: 'timeline.next.awaiting_confirmation', late_heartbeat: 'timeline.next.late_heartbeat',
  old_secret: 'timeline.next.old_secret', clock_skew: 'timeline.next.clock_skew', samples_lost: 'timeline.next.samples_lost',
};

/** What is known beside the kind, in the order in which it is read. */
const FACT_WORDS = [
  ['person', 'timeline.fact.person'], ['reason', 'timeline.fact.reason'], ['serial', 'timeline.fact.serial'], ['expected', 'timeline.fact.expected'],
  ['owner', 'timeline.fact.owner'], ['left', 'timeline.fact.left'], ['address', 'timeline.fact.address'], ['stream', 'timeline.fact.stream'],
  ['offered', 'timeline.fact.offered'], ['from', 'timeline.fact.from'], ['to', 'timeline.fact.to'], ['stored', 'timeline.fact.stored'], ['count', 'timeline.fact.count'], ['seconds', 'timeline.fact.seconds'],
  ['samples', 'timeline.fact.samples'],
] as const satisfies readonly (readonly [string, WordKey])[];

/** What happened to a controller, in the technician's language. */
@Service()
export class TimelineWords {
  private readonly words = inject(Words);

  what({ kind, facts }: TimelineEntry): string {
    return this.words.t(WHY_WORDS[`${kind}.${facts['why'] ?? ''}`] ?? KIND_WORDS[kind]);
  }

  details({ facts }: TimelineEntry): string {
    return FACT_WORDS.filter(([fact]) => facts[fact] !== undefined).map(([fact, word]) => this.words.t(word, { value: facts[fact] ?? '' })).join(' · ');
  }

  /** What a technician does about it; empty when nothing is to be done. */
  next(kind: TimelineKind): string {
    const word = NEXT_WORDS[kind];
    return word ? this.words.t(word) : '';
  }
}
