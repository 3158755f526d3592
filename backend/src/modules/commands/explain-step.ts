import type { HostedPoint } from '@cupola/contracts';
import type { CommandProgress } from '@cupola/domain';

const CODES: Readonly<Record<string, string>> = {
  NOT_STORED: 'The controller took it, but does not hold it.',
  NOT_RELEASED: 'The controller still holds the value.',
  SLOT_EMPTY: 'Its slot was empty again before it was seen in force.',
  OVERTAKEN: 'Another command took the slot before it was seen in force.',
};

/** What a step means, for people; null where the state says it all. */
export function explainStep(next: CommandProgress, code: string | null, hosted: HostedPoint | undefined): string | null {
  if (code === 'READBACK_DIFFERS') return `The controller holds it, but its output reads ${next.readbackValue ?? 'nothing'}.`;
  if (code !== null) return CODES[code] ?? null;
  switch (next.state) {
    case 'CLAMPED':
      return next.storedValue === null ? null : `The controller changed it to ${next.storedValue}.`;
    case 'MASKED':
      return hosted?.winner == null ? null : `Level ${hosted.winner} is in force. It takes effect when that level is released.`;
    case 'SUPERSEDED':
      return 'Another command holds the slot; it was left alone.';
    default:
      return null;
  }
}
