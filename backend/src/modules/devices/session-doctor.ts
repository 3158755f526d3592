import type { TimelineKind } from '@cupola/domain';

/** What happened, and what a technician does about it. */
interface Diagnosis {
  what: string;
  next: string;
}

const DIAGNOSES: Readonly<Record<TimelineKind, Diagnosis>> = {
  never_claimed: { what: 'Not claimed yet.', next: 'Enter slot and claim code at the controller, or let it read the QR code.' },
  never_connected: {
    what: 'Enrolled, but it has never opened a session.',
    next: 'Check that the controller reaches the gateway address and that nothing in between blocks WebSocket.',
  },
  awaiting_confirmation: { what: 'Waiting for a technician.', next: 'Compare the serial with the one on the box, then confirm it.' },
  connected: { what: 'Connected.', next: '' },
  closed_by_controller: {
    what: 'The controller closed its session.',
    next: 'It comes back by itself after a restart; if it does not, see whether it was switched off.',
  },
  connection_lost: { what: 'The connection broke off.', next: 'Check power and network at the controller.' },
  heartbeat_lost: {
    what: 'Nothing was heard from it for two heartbeats.',
    next: 'Check power and network at the controller; if both are fine, restart it.',
  },
  superseded: {
    what: 'A newer session of the same controller took over.',
    next: 'Normal after a restart. If it repeats, two boxes use one identity: claim this controller anew.',
  },
  revoked: { what: 'Revoked: it may not connect any more.', next: 'To use the box again, register it as a new controller.' },
  gateway_lost: {
    what: 'The gateway that held its session went silent.',
    next: 'Check the gateway; the controller reconnects by itself.',
  },
  gateway_stopped: { what: 'The gateway was stopped.', next: 'The controller reconnects by itself once the gateway is back.' },
  bad_hello: { what: 'It introduced itself wrongly.', next: 'Update its firmware, or look into its log.' },
  bad_frame: { what: 'It sent a message that cannot be read.', next: 'Update its firmware, or look into its log.' },
  too_fast: { what: 'It sent faster than it may.', next: 'Lengthen its reporting interval; it may come back after a pause.' },
  sequence_conflict: {
    what: 'It offered sample numbers that are stored already.',
    next: 'It is a copy of another box or was restored from a backup: claim it anew with an empty store. If it was restored on purpose, accept that its numbers start anew.',
  },
  bad_credential: {
    what: 'A wrong secret was presented for it.',
    next: 'If this was the controller, claim it anew: it then gets a new secret. If not, somebody tried its id.',
  },
  ticket_refused: {
    what: 'A ticket was refused.',
    next: 'It fetches a new one by itself. If this repeats, look for a proxy that repeats requests.',
  },
  admission_refused: {
    what: 'It was told to wait before it gets a ticket.',
    next: 'It asks again by itself. If this goes on, look for a controller that connects again and again.',
  },
  deaf: {
    what: 'It sends heartbeats but answers no command.',
    next: 'Restart the controller; if it happens again, update its firmware.',
  },
  degraded: {
    what: 'Connected, but it left its last commands unanswered.',
    next: 'Commands to it may fail. Override one of its points to see whether it answers; if it does not, restart it and look into its log.',
  },
  drained: { what: 'The gateway asked it to move to another one.', next: 'Nothing to do: it reconnects by itself within a minute.' },
  clone: {
    what: 'Two boxes are connected with the same identity.',
    next: 'Find the second box and switch it off, then claim this controller anew. Commands are held back until then.',
  },
  duplicate_identity: {
    what: 'Sessions of this controller replace each other again and again.',
    next: 'Two boxes use one identity: claim this controller anew at the right one.',
  },
  registered: { what: 'Registered.', next: 'Enter slot and claim code at the controller, or let it read the QR code.' },
  claimed: { what: 'A claim code was issued.', next: 'Enter it at the controller before it expires.' },
  claim_refused: { what: 'A claim was refused.', next: 'Check slot and code at the controller, or issue a new code.' },
  enrolled: { what: 'Enrolled.', next: 'Compare the serial with the one on the box, then confirm it.' },
  confirmed: { what: 'Confirmed.', next: '' },
  bound: { what: 'Its points were bound anew.', next: '' },
  rotated: { what: 'It received a new secret.', next: '' },
  ticket_issued: { what: 'Got a ticket for a connection.', next: '' },
  late_heartbeat: {
    what: 'A heartbeat came late.',
    next: 'If this repeats, look at the load of the controller and the quality of its network.',
  },
  clock_skew: {
    what: 'Its clock is wrong.',
    next: 'Set its clock or give it a time server; until then its values carry the time of their arrival.',
  },
  samples_lost: {
    what: 'Samples were lost before they could be stored.',
    next: 'The gap stays in the history. If this repeats, look for long outages or enlarge its store.',
  },
  old_secret: {
    what: 'A secret that was replaced was presented for it, and refused.',
    next: 'A copy of its memory is in use: find it. If the controller itself was restored from a backup, claim it anew.',
  },
  stream_accepted: { what: 'A technician accepted a new stream of samples.', next: '' },
};

export function nextStepOf(kind: TimelineKind): string {
  return DIAGNOSES[kind].next;
}

/** What happened alone, of a text that `explain` made. */
export function withoutNextStep(kind: TimelineKind, text: string): string {
  const { next } = DIAGNOSES[kind];
  return next !== '' && text.endsWith(` ${next}`) ? text.slice(0, -next.length - 1) : text;
}

/** What happened and the next step in one: what a list or an alarm shows. `what` replaces the general words where more is known. */
export function explain(reason: TimelineKind, what = DIAGNOSES[reason].what): string {
  return [asSentence(what), DIAGNOSES[reason].next].filter((part) => part !== '').join(' ');
}

function asSentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
