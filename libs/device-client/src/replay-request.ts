import { replayRequest as request } from '@cupola/contracts';
import { CallRefusal } from './call-refusal.js';

interface Range {
  from: number;
  to: number;
}

/** CALL g>d `replay`: sends the missing frames again, or answers GONE with the bounds of those that do not exist any more. */
export function replayRequest(payload: unknown, repeat: (streamId: string, from: number, to: number) => Range | null): Record<string, never> {
  const asked = request.safeParse(payload);
  if (!asked.success) throw new CallRefusal('VALIDATION_FAILED', 'replay needs streamId, from and to');
  const gone = repeat(asked.data.streamId, asked.data.from, asked.data.to);
  if (gone !== null) throw new CallRefusal('GONE', `frames ${gone.from} to ${gone.to} do not exist any more`, { ...gone });
  return {};
}
