/** Longer than any server means it: a header that says more is a mistake. */
const LONGEST_MS = 24 * 60 * 60_000;

/**
 * Retry-After in seconds or as a date (RFC 9110, 10.2.3), in milliseconds; null when there is none or it cannot be read. A date is
 * compared with the answer's own Date header: the controller's clock may be anything.
 */
export function retryAfterMs(headers: { readonly 'retry-after'?: string | undefined; readonly date?: string | undefined }, now: number): number | null {
  const said = headers['retry-after']?.trim();
  if (said === undefined || said === '') return null;
  const sentAt = Date.parse(headers.date ?? '');
  const ms = /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1000 : Date.parse(said) - (Number.isFinite(sentAt) ? sentAt : now);
  return Number.isFinite(ms) ? Math.min(LONGEST_MS, Math.max(0, ms)) : null;
}
