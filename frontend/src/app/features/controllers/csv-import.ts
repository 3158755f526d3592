import { Component, inject, output, signal } from '@angular/core';
import type { CsvReport } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';
import { ClaimCard } from './claim-card';

/** Many controllers from a file: first what would happen, line by line, then all of it or nothing. */
@Component({
  selector: 'cp-csv-import',
  imports: [ClaimCard, Modal, RefusalNote],
  templateUrl: './csv-import.html',
})
export class CsvImport {
  private readonly api = inject(Api);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly n = this.words.n;
  readonly applied = output();
  readonly closed = output();
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly file = signal<{ name: string; text: string } | null>(null);
  protected readonly report = signal<CsvReport | null>(null);

  protected async pick(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) return;
    this.file.set({ name: file.name, text: await file.text() });
    await this.send('dryRun');
  }

  protected async send(mode: 'dryRun' | 'apply'): Promise<void> {
    const file = this.file();
    if (!file || this.busy()) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      const report = await this.api.controllersCsv(file.text, mode);
      this.report.set(report);
      if (report.applied) this.applied.emit();
    } catch (thrown) {
      this.report.set(null);
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }

  protected print(): void {
    window.print();
  }
}
