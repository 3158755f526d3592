import type { PointDetail } from '@cupola/contracts';
import type { Format } from '../../core/format';
import type { Words } from '../../core/words';

interface Tools {
  format: Format;
  t: Words['t'];
  timeZone: string | undefined;
}

interface Accepted {
  value: number;
  snapped: boolean;
  until: number;
  remainingMs: number;
}

/** What an override will do, in sentences: what is held, what masks it, what comes after it. */
export function effectOf(detail: PointDetail, verdict: Accepted, { format, t, timeZone }: Tools): string[] {
  const time = format.clock(verdict.until, timeZone);
  const sentences = [t('override.holds', { value: format.valueWithUnit(verdict.value, detail), time, span: format.span(verdict.remainingMs) })];
  if (verdict.snapped) sentences.push(t('override.snapped'));
  const higher = detail.slots.find(({ level, reported }) => level < 8 && reported !== null);
  if (higher?.reported) {
    const until = higher.reported.until === null ? '' : format.clock(higher.reported.until, timeZone);
    sentences.push(t(until ? 'override.maskedUntil' : 'override.masked', { level: higher.level, value: format.valueWithUnit(higher.reported.value, detail), time: until }));
  }
  const next = detail.slots.find(({ level, reported, intent }) => level > 8 && (reported !== null || intent?.value != null));
  const after = next ? (next.reported?.value ?? next.intent?.value ?? null) : detail.relinquishDefault;
  if (after !== null) sentences.push(next ? t('override.thenLevel', { value: format.valueWithUnit(after, detail), level: next.level }) : t('override.thenDefault', { value: format.valueWithUnit(after, detail) }));
  return sentences;
}
