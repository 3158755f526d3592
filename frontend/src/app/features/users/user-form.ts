import { Component, computed, inject, input, linkedSignal, output, signal } from '@angular/core';
import { ROLES } from '@cupola/domain';
import type { Role, ScopeKind } from '@cupola/domain';
import type { User } from '@cupola/contracts';
import { Api } from '../../core/api';
import { asRefused } from '../../core/refused';
import type { Refused } from '../../core/refused';
import { Session } from '../../core/session';
import { Sites } from '../../core/sites';
import type { Grant } from '../../core/wire';
import { Words } from '../../core/words';
import { Modal } from '../../ui/modal';
import { RefusalNote } from '../../ui/refusal-note';

export const SHORTEST_PASSWORD = 12;

interface Place {
  value: string;
  label: string;
}

/** A person's name, roles with their scopes, and whether they may log in. */
@Component({
  selector: 'cp-user-form',
  imports: [Modal, RefusalNote],
  templateUrl: './user-form.html',
})
export class UserForm {
  private readonly api = inject(Api);
  private readonly sites = inject(Sites);
  private readonly session = inject(Session);
  protected readonly t = inject(Words).t;
  /** Null to create somebody. */
  readonly user = input.required<User | null>();
  readonly saved = output();
  readonly closed = output();
  protected readonly roles = ROLES;
  protected readonly roleWords = { viewer: 'role.viewer', operator: 'role.operator', technician: 'role.technician', integrator: 'role.integrator', admin: 'role.admin' } as const;

  protected readonly username = signal('');
  protected readonly password = signal('');
  protected readonly name = linkedSignal(() => this.user()?.name ?? '');
  protected readonly disabled = linkedSignal(() => this.user()?.disabled ?? false);
  protected readonly grants = linkedSignal<Grant[]>(() => this.user()?.grants.map(({ role, scope, scopeId }) => ({ role, scope, scopeId })) ?? [{ role: 'viewer', scope: 'all', scopeId: null }]);
  protected readonly busy = signal(false);
  protected readonly refused = signal<Refused | null>(null);
  protected readonly isSelf = computed(() => this.user()?.id === this.session.me()?.id);
  protected readonly ready = computed(
    () => !this.busy() && this.name().trim() !== '' && (this.user() !== null || (this.username().trim() !== '' && this.password().length >= SHORTEST_PASSWORD)),
  );

  protected readonly places = computed<Place[]>(() => {
    const found: Place[] = [{ value: 'all:', label: this.t('scope.all') }];
    for (const site of this.sites.sites() ?? []) {
      found.push({ value: `site:${site.id}`, label: this.t('scope.site', { name: site.name }) });
      for (const building of site.buildings) {
        found.push({ value: `building:${building.id}`, label: this.t('scope.building', { name: building.name }) });
        for (const floor of building.floors) found.push({ value: `floor:${floor.id}`, label: this.t('scope.floor', { name: floor.name, building: building.name }) });
      }
    }
    return found;
  });

  protected textOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  protected placeOf({ scope, scopeId }: Grant): string {
    return `${scope}:${scopeId ?? ''}`;
  }

  protected addGrant(): void {
    this.grants.update((grants) => [...grants, { role: 'viewer', scope: 'all', scopeId: null }]);
  }

  protected removeGrant(at: number): void {
    this.grants.update((grants) => grants.filter((_, index) => index !== at));
  }

  protected setRole(at: number, event: Event): void {
    this.changeGrant(at, { role: this.textOf(event) as Role });
  }

  protected setPlace(at: number, event: Event): void {
    const [scope, scopeId] = this.textOf(event).split(':');
    this.changeGrant(at, { scope: scope as ScopeKind, scopeId: scopeId || null });
  }

  private changeGrant(at: number, change: Partial<Grant>): void {
    this.grants.update((grants) => grants.map((grant, index) => (index === at ? { ...grant, ...change } : grant)));
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.ready()) return;
    this.busy.set(true);
    this.refused.set(null);
    try {
      const user = this.user();
      const name = this.name().trim();
      if (user) await this.api.changeUser(user.id, { name, grants: this.grants(), ...(this.isSelf() ? {} : { disabled: this.disabled() }) });
      else await this.api.createUser({ username: this.username().trim(), name, password: this.password(), grants: this.grants() });
      this.saved.emit();
    } catch (thrown) {
      this.refused.set(asRefused(thrown));
    } finally {
      this.busy.set(false);
    }
  }
}
