/**
 * One stream of numbered frames as its receiver sees it. Numbers up to `acked` are stored for ever; `open` are numbers
 * that arrived and are not covered by an acknowledgement that was sent, in order of arrival.
 */
export interface StreamWindow {
  acked: number;
  /** Last acknowledgement on the wire; the sender's window counts from it. */
  ackSent: number;
  /** Highest number that arrived, or `acked`. */
  highest: number;
  open: readonly number[];
  /** A repeated number arrived: acknowledge again even if nothing is new. */
  owesRepeat: boolean;
}

export type Arrival =
  /** Stored already, or already on its way: drop it; `isStored` ones are acknowledged again. */
  | { kind: 'repeated'; isStored: boolean }
  | { kind: 'next' }
  /** Fills a gap, or repeats what was stored beyond one: the store decides. */
  | { kind: 'filling' }
  /** Numbers `from`..`to` are missing before this one. */
  | { kind: 'gap'; from: number; to: number };

/** A stream at resume: the sender continues at `acked + 1`. */
export function openWindow(acked: number): StreamWindow {
  return { acked, ackSent: acked, highest: acked, open: [], owesRepeat: false };
}

/** Takes the number of a frame that arrived. */
export function receiveNumber(window: StreamWindow, seq: number): { window: StreamWindow; arrival: Arrival } {
  if (seq <= window.acked) return { window: { ...window, owesRepeat: true }, arrival: { kind: 'repeated', isStored: true } };
  if (window.open.includes(seq)) return { window, arrival: { kind: 'repeated', isStored: false } };
  const next = { ...window, highest: Math.max(window.highest, seq), open: [...window.open, seq] };
  if (seq === window.highest + 1) return { window: next, arrival: { kind: 'next' } };
  if (seq < window.highest) return { window: next, arrival: { kind: 'filling' } };
  return { window: next, arrival: { kind: 'gap', from: window.highest + 1, to: seq - 1 } };
}

/** The store committed: nothing is missing up to `acked`. Never moves back. */
export function storeUpTo(window: StreamWindow, acked: number): StreamWindow {
  if (acked <= window.acked) return window;
  return { ...window, acked, highest: Math.max(window.highest, acked) };
}

/** Numbers up to `to` will never arrive, or have: the next one expected is beyond. */
export function passOver(window: StreamWindow, to: number): StreamWindow {
  return to <= window.highest ? window : { ...window, highest: to };
}

/** Which of the numbers `from`..`to` neither are stored nor have arrived, in order. */
export function missingIn({ acked, open }: StreamWindow, from: number, to: number): { from: number; to: number }[] {
  const arrived = open.filter((seq) => seq >= from && seq <= to).sort((a, b) => a - b);
  const missing: { from: number; to: number }[] = [];
  let next = Math.max(from, acked + 1);
  for (const seq of arrived) {
    if (seq > next) missing.push({ from: next, to: seq - 1 });
    next = Math.max(next, seq + 1);
  }
  if (next <= to) missing.push({ from: next, to });
  return missing;
}

/** Frames that an acknowledgement sent now would release. */
export function releasable(window: StreamWindow): number {
  return window.open.filter((seq) => seq <= window.acked).length;
}

export function owesAck(window: StreamWindow): boolean {
  return window.acked > window.ackSent || window.owesRepeat;
}

/** The acknowledgement of `acked` was sent. */
export function noteAckSent(window: StreamWindow): StreamWindow {
  return { ...window, ackSent: window.acked, open: window.open.filter((seq) => seq > window.acked), owesRepeat: false };
}
