import { DomainError } from '@cupola/contracts';

/** @throws DomainError VALIDATION_FAILED unless the runtime knows the IANA zone: schedules and reports will live by it */
export function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    // RangeError is how Intl says that it does not know a zone.
    const message = `"${timeZone}" is no time zone of the IANA list, such as Europe/Berlin.`;
    throw new DomainError('VALIDATION_FAILED', `timeZone: ${message}`, { errors: [{ path: 'timeZone', message }] });
  }
}
