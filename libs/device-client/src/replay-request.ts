import { z } from 'zod';
import { CallRefusal } from './call-refusal.js';

/** CALL g>d `replay`: the gateway did not see these frames. */
const request = z.object({ streamId: z.string(), from: z.int().min(1), to: z.int().min(1) });

/** Sends the missing frames again, or answers GONE with the oldest number still held, so that the loss is recorded with its bounds. */
export function replayRequest(payload: unknown, repeat: (streamId: string, from: number, to: number) => { gone: number | null }): Record<string, never> {
  const asked = request.safeParse(payload);
  if (!asked.success) throw new CallRefusal('VALIDATION_FAILED', 'replay needs streamId, from and to');
  const { gone } = repeat(asked.data.streamId, asked.data.from, asked.data.to);
  if (gone !== null) throw new CallRefusal('GONE', `the oldest frame still held is ${gone}`);
  return {};
}
