import { Component, computed, inject, linkedSignal, output, resource, signal } from '@angular/core';
import type { Claim } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Sites } from '../../core/sites';
import type { Controller } from '../../core/wire';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';
import { ClaimCard } from './claim-card';

const MINUTE_MS = 60_000;

/** Registers one controller, then shows its claim code once. */
@Component({
  selector: 'cp-register-form',
  imports: [ClaimCard, Modal, RefusalNote],
  templateUrl: './register-form.html',
})
export class RegisterForm {
  private readonly api = inject(Api);
  protected readonly sites = inject(Sites);
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  readonly registered = output<Controller>();
  readonly closed = output();

  protected readonly name = signal('');
  protected readonly type = signal('vav');
  protected readonly serial = signal('');
  protected readonly building = linkedSignal(() => this.sites.buildings()[0]?.building.id ?? '');
  protected readonly equipment = linkedSignal({ source: this.building, computation: () => '' });
  protected readonly validFor = signal(String(15 * MINUTE_MS));
  protected readonly validities = [15, 60, 480, 1440].map((minutes) => ({ ms: minutes * MINUTE_MS, minutes }));
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly claim = signal<{ claim: Claim; name: string } | null>(null);
  protected readonly heading = computed(() => this.t(this.claim() ? 'claim.title' : 'controller.register.title'));

  protected readonly list = resource({ params: () => this.building() || undefined, loader: ({ params, abortSignal }) => this.api.equipment(params, abortSignal) });
  /** Equipment that has points and no controller yet; the name suggests itself. */
  protected readonly free = computed(() => (this.list.hasValue() ? this.list.value().filter(({ controller, points }) => controller === null && points > 0) : []));

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  protected pickEquipment(id: string): void {
    this.equipment.set(id);
    const chosen = this.free().find((each) => each.id === id);
    if (chosen && this.name().trim() === '') this.name.set(chosen.name);
  }

  protected lifetime(minutes: number): string {
    return minutes < 60 ? this.words.n('claim.minutes', minutes) : this.words.n('claim.hours', minutes / 60);
  }

  protected print(): void {
    window.print();
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    const place = this.sites.buildings().find(({ building }) => building.id === this.building());
    if (!place || this.busy()) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      const { controller, claim } = await this.api.register({
        name: this.name().trim(),
        type: this.type().trim(),
        site: place.site.id,
        building: place.building.id,
        ...(this.equipment() ? { equipment: this.equipment() } : {}),
        ...(this.serial().trim() ? { serial: this.serial().trim() } : {}),
        claimTtlMs: Number(this.validFor()),
      });
      this.claim.set({ claim, name: controller.name });
      this.registered.emit(controller);
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
