const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday; ISO weeks start on Monday. */
const MONDAY_SHIFT_DAYS = 3;

/** How much time one partition of `samples` holds. */
export const PARTITION_PERIODS = ['day', 'week', 'month'] as const;
export type PartitionPeriod = (typeof PARTITION_PERIODS)[number];

/** Milliseconds since the epoch, `to` excluded. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** The UTC day, ISO week or month that contains `at`. */
export function periodAround(at: number, period: PartitionPeriod): TimeSpan {
  if (period === 'month') {
    const date = new Date(at);
    const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
    return { from: firstOf(month), to: firstOf(month + 1) };
  }
  const days = Math.floor(at / DAY_MS);
  if (period === 'day') return { from: days * DAY_MS, to: (days + 1) * DAY_MS };
  const monday = Math.floor((days + MONDAY_SHIFT_DAYS) / 7) * 7 - MONDAY_SHIFT_DAYS;
  return { from: monday * DAY_MS, to: (monday + 7) * DAY_MS };
}

function firstOf(monthNumber: number): number {
  return Date.UTC(Math.floor(monthNumber / 12), monthNumber % 12, 1);
}
