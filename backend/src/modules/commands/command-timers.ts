import type { Transaction } from '../../database/unit-of-work.js';

/**
 * `command`: a command whose way is not at its end is looked at again, whatever happened to the process that carried it.
 * `override-end`: an override's time is over, also when its host is silent.
 */
export type TimerKind = 'command' | 'override-end';

/** Sets or moves a timer. `dueAt` in milliseconds. */
export async function setTimer(tx: Pick<Transaction, 'query'>, kind: TimerKind, subject: string, dueAt: number): Promise<void> {
  await tx.query(
    `INSERT INTO timers (kind, subject, due_at) VALUES ($1, $2, to_timestamp($3::double precision / 1000))
     ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at`,
    [kind, subject, dueAt],
  );
}

export async function clearTimer(tx: Pick<Transaction, 'query'>, kind: TimerKind, subject: string): Promise<void> {
  await tx.query('DELETE FROM timers WHERE kind = $1 AND subject = $2', [kind, subject]);
}
