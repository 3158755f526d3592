import { Service, inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import type { AuditRecord } from '../../core/wire';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import type { WordKey } from '../../core/words';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

export interface Change {
  what: string;
  before: string | null;
  after: string | null;
}

/** A record of the audit trail in words. What has none yet is shown by its own name rather than hidden. */
@Service()
export class AuditWords {
  private readonly words = inject(Words);
  private readonly format = inject(Format);
  private readonly transloco = inject(TranslocoService);

  operation(operation: string): string {
    return this.known(`audit.operation.${operation}`) ?? operation.replace(/[._-]/g, ' ');
  }

  /** What differs between before and after, field by field. Ids say nothing to a reader and are left out. */
  changes({ before, after }: AuditRecord): Change[] {
    const [was, is] = [fieldsOf(before), fieldsOf(after)];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
      .map((field) => ({ what: this.known(`audit.field.${field}`) ?? field, before: this.text(was[field]), after: this.text(is[field]) }))
      .filter(({ before: old, after: now }) => old !== null || now !== null);
  }

  private text(value: unknown): string | null {
    if (value === undefined || (typeof value === 'string' && ID.test(value))) return null;
    if (value === null || value === '') return '–';
    if (typeof value === 'boolean') return this.words.t(value ? 'audit.yes' : 'audit.no');
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return INSTANT.test(value) ? this.format.time(value) : value;
    if (Array.isArray(value)) return value.length > 4 ? this.words.n('audit.entries', value.length) : value.map((each) => this.text(each)).filter(Boolean).join('; ') || '–';
    const parts = Object.entries(value as Record<string, unknown>).flatMap(([field, inside]) => {
      const text = inside === null ? null : this.text(inside);
      return text === null ? [] : [`${this.known(`audit.field.${field}`) ?? field} ${text}`];
    });
    return parts.length > 0 ? parts.join(', ') : null;
  }

  private known(key: string): string | null {
    return key in this.transloco.getTranslation(this.words.language()) ? this.words.t(key as WordKey) : null;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
