import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

export const ANSWER_SCHEMA = 'cupola:answer';

/** The contract of a route's answer, for the OpenAPI document and its readers. */
export interface AnswerSchema {
  status: number;
  schema: z.ZodType;
}

/** `@Answers(schema)`: what the route sends when all went well. Default status: 200. */
export const Answers = (schema: z.ZodType, status = 200) => SetMetadata(ANSWER_SCHEMA, { status, schema } satisfies AnswerSchema);
