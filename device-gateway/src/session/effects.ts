import type { DeviceFrame, DocumentNotice, ErrorCode, Hello, IngestFrame, LostRange, ReplyOf, SlotsChanged, SlotsPull, SubdevicesChanged } from '@cupola/contracts';
import type { CloseCode, SessionReason } from '@cupola/domain';
import type { InboundFrame } from '../codec/inbound-frame.js';
import type { OutboundCall, QueueName, SessionState } from './state.js';

export type CallOutcome = ReplyOf<'gateway.<gatewayId>.call'>;
/** Things worth a counter. */
export type Tally = 'lateResults' | 'repeatedFrames' | 'malformedFrames' | 'refusedRows' | 'expiredCalls' | 'unansweredCalls' | 'lostFrames'
  | 'creditsWithheld';

/** A CALL of the controller that backend answers. */
export type Relayed =
  | { action: 'slots.changed'; payload: SlotsChanged }
  | { action: 'slots.pull'; payload: SlotsPull }
  | { action: 'subdevices.changed'; payload: SubdevicesChanged };

/** What the shell does after a step, in this order. */
export type Effect =
  | { type: 'send'; frame: DeviceFrame }
  | { type: 'greet'; hello: Hello; clockOffsetMs: number | null }
  | { type: 'ingest'; queue: QueueName; frames: IngestFrame[]; losses: readonly LostRange[] }
  | { type: 'fetchChannels' }
  | { type: 'relay'; id: string; call: Relayed; timeoutMs: number }
  | { type: 'tellClock'; clockOffsetMs: number }
  | { type: 'settle'; token: number; outcome: CallOutcome }
  | { type: 'tally'; what: Tally; count: number }
  /** A fact for the log: what a technician would ask about later. */
  | { type: 'note'; text: string; facts: Record<string, string | number> }
  | { type: 'close'; code: CloseCode; text: string; reason: SessionReason }
  /** As `close`, for a peer that no longer reads: the socket is destroyed. */
  | { type: 'terminate'; code: CloseCode; text: string; reason: SessionReason };

/** Why a bus request failed. `isPassing`: the same request may succeed later. */
export interface Failure {
  code: ErrorCode | 'UNREACHABLE' | 'TIMEOUT';
  detail: string;
  isPassing: boolean;
}

export type Input =
  | { type: 'frame'; frame: InboundFrame; bytes: number }
  | { type: 'malformed'; problem: string }
  /** A message that WebSocket itself forbids, or that is not text. */
  | { type: 'unreadable'; code: CloseCode; text: string }
  /** The peer does not take what is sent to it. */
  | { type: 'stalled' }
  /** A WebSocket-level ping: answered below, counted here. */
  | { type: 'controlPing' }
  | { type: 'greeted'; reply: ReplyOf<'sessions.hello'> }
  | { type: 'greetFailed'; failure: Failure }
  | { type: 'stored'; queue: QueueName; acked: Readonly<Record<string, number>> }
  | { type: 'storeFailed'; queue: QueueName; failure: Failure }
  /** Backend refused something that belongs to no request of samples. */
  | { type: 'refused'; failure: Failure }
  | { type: 'channels'; channels: ReplyOf<'sessions.channels'>['channels'] }
  | { type: 'channelsFailed' }
  | { type: 'channelsChanged' }
  | { type: 'accepted' }
  | { type: 'revoked'; code: number; text: string }
  | { type: 'call'; call: OutboundCall }
  /** Backend's answer to the controller's CALL; without a payload there is nothing to say but yes. `notice`: the rest of it has to be fetched. */
  | { type: 'relayed'; id: string; payload?: unknown; notice?: DocumentNotice | undefined }
  | { type: 'relayFailed'; id: string; failure: Failure }
  | { type: 'drain'; withinMs: number; spreadMs: number; reason: string }
  | { type: 'restart' }
  | { type: 'gone' }
  | { type: 'tick' };

export interface Step {
  state: SessionState;
  effects: Effect[];
}

/** A step that changes the state and does nothing else. */
export function step(state: SessionState, ...effects: Effect[]): Step {
  return { state, effects };
}

/** Runs another step on the outcome of one. (A module that exports `then` would be taken for a promise.) */
export function andThen(first: Step, next: (state: SessionState) => Step): Step {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}
