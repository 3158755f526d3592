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

/** What an override will do, in sentences: what is held, and what masks it. */
export function effectOf(detail: PointDetail, verdict: Accepted, { format, t, timeZone }: Tools): string[] {
  const time = format.clock(verdict.until, timeZone);
  const sentences = [t('override.holds', { value: format.valueWithUnit(verdict.value, detail), time, span: format.span(verdict.remainingMs) })];
  if (verdict.snapped) sentences.push(t('override.snapped'));
  const higher = detail.slots.find(({ level, reported }) => level < 8 && reported !== null);
  if (higher?.reported) {
    const until = higher.reported.until === null ? '' : format.clock(higher.reported.until, timeZone);
    sentences.push(t(until ? 'override.maskedUntil' : 'override.masked', { level: higher.level, value: format.valueWithUnit(higher.reported.value, detail), time: until }));
  }
  return sentences;
}

/** What is in force once the override is over: the next level that is filled and whose it is, else the default; null where nothing is known. */
export function afterwards(detail: PointDetail, { format, t }: Tools): string | null {
  const next = detail.slots.find(({ level, reported, intent }) => level > 8 && (reported !== null || intent?.value != null));
  const value = next ? (next.reported?.value ?? next.intent?.value ?? null) : detail.relinquishDefault;
  if (value === null) return null;
  const who = next ? (next.intent?.reason || next.intent?.by || t('override.thenLevel', { level: next.level })) : t('override.thenDefault');
  return t('override.then', { value: format.valueWithUnit(value, detail), who });
}
