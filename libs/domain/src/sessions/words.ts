/** Where a controller stands in its life, from registration to the end. */
export const CONTROLLER_STATUSES = ['registered', 'pending', 'active', 'revoked'] as const;
export type ControllerStatus = (typeof CONTROLLER_STATUSES)[number];

/** What a controller's link does now. */
export const LINK_STATES = ['never', 'online', 'offline'] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** A controller's session as people are told of it. `degraded`: connected, but it left its last calls unanswered. */
export const SESSION_STATES = ['never', 'online', 'degraded', 'offline'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** Why a controller is not online, or what happened to it last: the vocabulary of the session doctor. */
export const SESSION_REASONS = [
  'never_claimed',
  'never_connected',
  'awaiting_confirmation',
  'connected',
  'closed_by_controller',
  'connection_lost',
  'heartbeat_lost',
  'superseded',
  'revoked',
  'gateway_lost',
  'gateway_stopped',
  'bad_hello',
  'bad_frame',
  'too_fast',
  'sequence_conflict',
  'bad_credential',
  'ticket_refused',
  'admission_refused',
  'deaf',
  'degraded',
  'drained',
  'clone',
  'duplicate_identity',
] as const;
export type SessionReason = (typeof SESSION_REASONS)[number];

/** What a controller's timeline tells: the reasons of its link, the steps of its life, and what happened within a session. */
export const TIMELINE_KINDS = [
  ...SESSION_REASONS,
  'registered',
  'claimed',
  'claim_refused',
  'enrolled',
  'confirmed',
  'bound',
  'rotated',
  'ticket_issued',
  'late_heartbeat',
  'clock_skew',
  'samples_lost',
  'stream_accepted',
  'old_secret',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/**
 * How numbers of a stream got lost: its `store` no longer had them at HELLO, `replay` was answered GONE, or the controller
 * said by itself that it `dropped` them.
 */
export const LOSS_REASONS = ['store', 'replay', 'dropped'] as const;
export type LossReason = (typeof LOSS_REASONS)[number];

/** The one state of a device behind a controller in which its points are live; any other word is shown as it is. */
export const SUBDEVICE_ONLINE = 'online';

/** Close codes of the native protocol: 4000-4499 reconnect, 4500-4999 stop. */
export const CLOSE_CODES = {
  goingAway: 1001,
  badFrame: 1002,
  badType: 1003,
  badUtf8: 1007,
  policy: 1008,
  tooBig: 1009,
  serverError: 1011,
  restart: 1012,
  overloaded: 1013,
  badHello: 4400,
  authenticationLapsed: 4401,
  timeout: 4408,
  notAccepted: 4425,
  tooFast: 4429,
  superseded: 4500,
  revoked: 4501,
  conflict: 4509,
} as const;
export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];

/** Sample batches are spread over this many shards by a hash of the controller's id. */
export const SHARD_COUNT = 64;

/** What a controller without a clock says its clock's source is. It gives no time of day then: its frames' times count from its start. */
export const NO_CLOCK = 'none';
