import { Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { ImportReport } from '@cupola/contracts';
import { ClassWords } from '../../core/class-words';
import { Format } from '../../core/format';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';

const COUNTED = ['floors', 'spaces', 'zones', 'equipment', 'points', 'controllers'] as const;
const FINDINGS_SHOWN = 200;

/** What a model contains and what storing it would change. */
@Component({
  selector: 'cp-import-report',
  imports: [RouterLink],
  host: { class: 'stack' },
  templateUrl: './import-report.html',
})
export class ImportReportView {
  protected readonly format = inject(Format);
  protected readonly classWords = inject(ClassWords);
  protected readonly live = inject(LiveConnection);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly report = input.required<ImportReport>();
  readonly busy = input.required<boolean>();
  readonly apply = output();

  protected readonly counts = computed(() => COUNTED.map((key) => ({ key, label: this.t(`import.count.${key}`), count: this.report().counts[key] })));
  protected readonly findings = computed(() =>
    [...this.report().findings].sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1)).slice(0, FINDINGS_SHOWN),
  );
  protected readonly errors = computed(() => this.report().findings.filter(({ severity }) => severity === 'error').length);
  protected readonly warnings = computed(() => this.report().findings.length - this.errors());
  protected readonly more = computed(() => this.report().findings.length - this.findings().length);
  protected readonly classes = computed(() => [
    { title: this.t('import.equipmentClasses'), rows: byCount(this.report().equipmentByClass) },
    { title: this.t('import.pointClasses'), rows: byCount(this.report().pointsByClass) },
  ]);
}

function byCount(counts: Record<string, number>): { name: string; count: number }[] {
  return Object.entries(counts).map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}
