import { DomainError } from '@cupola/contracts';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';

/** Parses with a contract; what does not fit becomes VALIDATION_FAILED with one entry per field. */
export function parseOrRefuse<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  const first = errors[0];
  const where = first === undefined || first.path === '' ? what : first.path;
  throw new DomainError('VALIDATION_FAILED', `${where}: ${first?.message ?? 'is not valid'}`, { errors });
}

/** `@Body(new ZodBody(schema)) body: z.infer<typeof schema>` */
export class ZodBody<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(readonly schema: S) {}

  transform(value: unknown): z.output<S> {
    return parseOrRefuse(this.schema, value ?? {}, 'body');
  }
}

/** `@Query(new ZodQuery(schema)) query: z.infer<typeof schema>` */
export class ZodQuery<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(readonly schema: S) {}

  transform(value: unknown): z.output<S> {
    return parseOrRefuse(this.schema, value, 'query');
  }
}

/** `@Param('id', ParseId) id: string`. An id that cannot exist names nothing. */
export class ParseId implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    const parsed = z.uuid().safeParse(value);
    if (!parsed.success) throw new DomainError('NOT_FOUND', 'There is nothing with this id.');
    return parsed.data.toLowerCase();
  }
}

/** `@Param('occurrence', ParseNumber) occurrence: number`. A number that is none names nothing. */
export class ParseNumber implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    const parsed = z.coerce.number().int().min(0).max(2_147_483_647).safeParse(value);
    if (!parsed.success) throw new DomainError('NOT_FOUND', 'There is nothing with this number.');
    return parsed.data;
  }
}
