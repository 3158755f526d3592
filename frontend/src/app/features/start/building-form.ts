import { Component, computed, inject, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Api } from '../../core/api';
import { Refused, asRefused } from '../../core/refused';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { RefusalNote } from '../../ui/refusal-note';
import { turtleOf } from './small-building';
import type { SmallBuilding } from './small-building';

const FIELDS = ['building', 'floor', 'room', 'equipment'] as const;

/** Makes a small building from four names, through the same import as any model. */
@Component({
  selector: 'cp-building-form',
  imports: [RefusalNote, RouterLink],
  template: `
    <form class="form" novalidate (submit)="submit($event)">
      <div class="pair">
        @for (field of fields; track field) {
          <div class="field">
            <label [attr.for]="'start-' + field">{{ t(fieldWords[field]) }}</label>
            <input [id]="'start-' + field" maxlength="80" autocomplete="off" required [value]="names()[field]" (input)="set(field, $event)" />
          </div>
        }
      </div>
      <p class="mute">{{ t('start.building.makes', { equipment: names().equipment.trim() || '…' }) }}</p>
      <cp-refusal [refused]="refused()" />
      <div class="actions">
        <button type="submit" class="btn pri" [disabled]="!ready()">{{ t(busy() ? 'start.building.making' : 'start.building.make') }}</button>
        <a class="btn" routerLink="/import">{{ t('start.building.import') }}</a>
        @if (!live.isLive()) {
          <span class="mute">{{ t('override.notLive') }}</span>
        }
      </div>
    </form>
  `,
})
export class BuildingForm {
  private readonly api = inject(Api);
  private readonly sites = inject(Sites);
  protected readonly live = inject(LiveConnection);
  protected readonly t = inject(Words).t;
  readonly made = output();
  protected readonly fields = FIELDS;
  protected readonly fieldWords = { building: 'import.building', floor: 'start.building.floor', room: 'start.building.room', equipment: 'start.building.equipment' } as const;
  protected readonly names = signal<SmallBuilding>({
    building: '',
    floor: this.t('start.building.floorName'),
    room: this.t('start.building.roomName'),
    equipment: this.t('start.building.equipmentName'),
  });
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly ready = computed(() => FIELDS.every((field) => this.names()[field].trim() !== '') && !this.busy() && this.live.isLive());

  protected set(field: keyof SmallBuilding, event: Event): void {
    const value = (event.target as HTMLInputElement).value;
    this.names.update((names) => ({ ...names, [field]: value }));
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.ready()) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      await this.make();
      this.sites.reload();
      this.made.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }

  private async make(): Promise<void> {
    const names = this.names();
    const building = names.building.trim();
    const turtle = turtleOf({ building, floor: names.floor.trim(), room: names.room.trim(), equipment: names.equipment.trim() });
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const report = await this.api.importModel(turtle, { site: building, building, timeZone, unitSystem: 'metric' });
    const [error] = report.findings.filter(({ severity }) => severity === 'error');
    if (error) throw new Refused('MODEL_HAS_ERRORS', error.text);
    await this.api.applyImport(report.id);
  }
}
