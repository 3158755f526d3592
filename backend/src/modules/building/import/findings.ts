import type { importFinding } from '@cupola/contracts';
import type { z } from 'zod';

export type Finding = z.infer<typeof importFinding>;

const SHOWN = 5;

/**
 * Collects what a person should know of a model. The same remark about many subjects becomes one finding, or 300 odd
 * luminaires would bury the one missing floor.
 */
export class Findings {
  private readonly remarks = new Map<string, { severity: Finding['severity']; code: string; text: string; subjects: string[] }>();

  /** `text` speaks of the subjects in general; they are listed beside it. */
  error(code: string, subject: string, text: string): void {
    this.add('error', code, subject, text);
  }

  warn(code: string, subject: string, text: string): void {
    this.add('warning', code, subject, text);
  }

  get hasErrors(): boolean {
    return [...this.remarks.values()].some(({ severity }) => severity === 'error');
  }

  /** Errors first, each kind in the order in which it was met. */
  list(): Finding[] {
    const all = [...this.remarks.values()].map(({ severity, code, text, subjects }) => ({ severity, code, subject: named(subjects), text }));
    return [...all.filter(({ severity }) => severity === 'error'), ...all.filter(({ severity }) => severity === 'warning')];
  }

  private add(severity: Finding['severity'], code: string, subject: string, text: string): void {
    const key = `${severity} ${code} ${text}`;
    const known = this.remarks.get(key);
    if (known) known.subjects.push(subject);
    else this.remarks.set(key, { severity, code, text, subjects: [subject] });
  }
}

function named(subjects: readonly string[]): string {
  const unique = [...new Set(subjects)];
  const rest = unique.length - SHOWN;
  return unique.slice(0, SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
