export const TIME_ZONE = 'Europe/Berlin';

/** What a clock in the house shows at an instant, as milliseconds since 1970 (as if it were UTC). */
export function localTime(nowMs: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((found) => found.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) + (nowMs % 1000);
}
