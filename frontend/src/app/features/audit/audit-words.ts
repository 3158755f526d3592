import { Service, inject } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import type { AuditRecord } from '../../core/wire';
import { ClassWords } from '../../core/class-words';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import type { WordKey } from '../../core/words';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

const REQUEST = /^(POST|PUT|PATCH|DELETE) \//;
const FROM_FILE = /^(\d+) controllers from a CSV file$/;
const ABOUT = /^(alarm definition|alarm|controller|point|site) (.+)$/;
const ABOUT_WORDS: Partial<Record<string, WordKey>> = {
  'alarm definition': 'audit.about.alarm-definition',
  alarm: 'audit.about.alarm',
  controller: 'audit.about.controller',
  point: 'audit.about.point',
  site: 'audit.about.site',
};
/** Where the words of a field's values stand. */
const VOCABULARY: Partial<Record<string, readonly string[]>> = {
  status: ['controller.status'],
  role: ['role'],
  scope: ['audit.where', 'scope'],
  state: ['command', 'alarm.state'],
  fact: ['command.fact', 'alarm.fact'],
  condition: ['definition'],
  kind: ['audit.kind'],
};

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
  private readonly classes = inject(ClassWords);
  private readonly transloco = inject(TranslocoService);

  operation(operation: string): string {
    if (REQUEST.test(operation)) return this.words.t('audit.attempt');
    return this.known(`audit.operation.${operation}`) ?? operation.replace(/[._-]/g, ' ');
  }

  /** What it was done to. The trail names it in English; a route that was refused is told without its technical parts. */
  target({ operation, target }: Pick<AuditRecord, 'operation' | 'target'>): string {
    if (REQUEST.test(operation)) return target.split('/').slice(3).filter((part) => part && !part.startsWith(':')).join(', ');
    if (target === 'session') return this.words.t('audit.session');
    const csv = FROM_FILE.exec(target)?.[1];
    if (csv) return this.words.t('audit.fromFile', { n: csv });
    const [, kind = '', name = ''] = ABOUT.exec(target) ?? [];
    return ABOUT_WORDS[kind] && belongs(operation, kind) ? this.words.t(ABOUT_WORDS[kind], { name }) : target;
  }

  /** People's own reasons as they wrote them; why the server refused, in the reader's language. */
  reason({ result, code, reason }: Pick<AuditRecord, 'result' | 'code' | 'reason'>): string | null {
    if (result === 'done' || this.words.language() === 'en') return reason;
    return (code && this.known(`refusal.${code}`)) ?? reason;
  }

  /** What differs between before and after, field by field. Ids say nothing to a reader and are left out. */
  changes({ before, after }: AuditRecord): Change[] {
    const [was, is] = [fieldsOf(before), fieldsOf(after)];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
      .map((field) => ({ what: this.known(`audit.field.${field}`) ?? field, before: this.text(was[field], field), after: this.text(is[field], field) }))
      .filter(({ before: old, after: now }) => old !== null || now !== null);
  }

  private text(value: unknown, field = ''): string | null {
    if (value === undefined || (typeof value === 'string' && ID.test(value))) return null;
    if (value === null || value === '') return '–';
    if (typeof value === 'boolean') return this.words.t(value ? 'audit.yes' : 'audit.no');
    if (typeof value === 'number') return field.endsWith('Ms') ? this.format.span(value) : this.format.number(value, null);
    if (typeof value === 'string') return INSTANT.test(value) ? this.format.time(value) : this.word(value, field);
    if (Array.isArray(value)) return value.length > 4 ? this.words.n('audit.entries', value.length) : value.map((each) => this.text(each, field)).filter(Boolean).join('; ') || '–';
    const parts = Object.entries(value as Record<string, unknown>).flatMap(([name, inside]) => {
      const text = inside === null ? null : this.text(inside, name);
      return text === null ? [] : [`${this.known(`audit.field.${name}`) ?? name} ${text}`];
    });
    return parts.length > 0 ? parts.join(', ') : null;
  }

  /** A word of ours; what people and models named stays as it is. */
  private word(value: string, field: string): string {
    if (field === 'type' || field === 'brickClass' || field === 'reference') return this.classes.of(value);
    const found = (VOCABULARY[field] ?? []).map((place) => this.known(`${place}.${value}`)).find((word) => word !== null);
    return found ?? value;
  }

  private known(key: string): string | null {
    return key in this.transloco.getTranslation(this.words.language()) ? this.words.t(key as WordKey) : null;
  }
}

/** A name may begin like a kind: only records of that kind are read so. */
function belongs(operation: string, kind: string): boolean {
  const group = operation.split('.')[0] ?? '';
  if (kind === 'point') return ['point', 'override', 'command'].includes(group);
  if (kind === 'controller') return ['controller', 'credential', 'ticket'].includes(group);
  return group === kind.replace(' ', '-');
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
