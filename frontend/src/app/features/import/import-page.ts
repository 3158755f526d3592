import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import type { ImportReport } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { RefusalNote } from '../../ui/refusal-note';
import { ImportReportView } from './import-report';

const LARGEST_BYTES = 32 * 1024 * 1024;

/** A Brick model becomes a building: first what would be stored, then all of it or nothing. */
@Component({
  selector: 'cp-import-page',
  imports: [ImportReportView, RefusalNote],
  host: { class: 'page' },
  templateUrl: './import-page.html',
})
export class ImportPage {
  private readonly api = inject(Api);
  protected readonly sites = inject(Sites);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;

  protected readonly file = signal<File | null>(null);
  protected readonly site = linkedSignal(() => this.sites.sites()?.[0]?.name ?? '');
  protected readonly building = signal('');
  protected readonly unitSystem = signal<'metric' | 'imperial' | ''>('');
  protected readonly timeZone = linkedSignal(() => this.sites.sites()?.find(({ name }) => name === this.site().trim())?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  protected readonly timeZones = Intl.supportedValuesOf('timeZone');
  protected readonly busy = signal<'reading' | 'applying' | null>(null);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly report = signal<ImportReport | null>(null);
  protected readonly isTooLarge = computed(() => (this.file()?.size ?? 0) > LARGEST_BYTES);
  protected readonly ready = computed(
    () => this.file() !== null && !this.isTooLarge() && this.site().trim() !== '' && this.unitSystem() !== '' && this.timeZones.concat('UTC').includes(this.timeZone()) && this.busy() === null && this.live.isLive(),
  );

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.import') }]);
  }

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  protected pick(event: Event): void {
    this.file.set((event.target as HTMLInputElement).files?.[0] ?? null);
    this.report.set(null);
  }

  protected setUnits(system: 'metric' | 'imperial'): void {
    this.unitSystem.set(system);
    this.report.set(null);
  }

  protected async read(event: Event): Promise<void> {
    event.preventDefault();
    const file = this.file();
    if (!file || !this.ready()) return;
    const query = { site: this.site().trim(), building: this.building().trim(), timeZone: this.timeZone(), unitSystem: this.unitSystem() };
    await this.work('reading', async () => this.api.importModel(await file.text(), query));
  }

  protected async apply(): Promise<void> {
    const report = this.report();
    if (!report) return;
    await this.work('applying', () => this.api.applyImport(report.id));
    if (this.report()?.status === 'applied') this.sites.reload();
  }

  private async work(what: 'reading' | 'applying', step: () => Promise<ImportReport>): Promise<void> {
    this.busy.set(what);
    this.refused.set(null);
    try {
      this.report.set(await step());
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(null);
    }
  }
}
