import { Component, computed, inject, resource, signal } from '@angular/core';
import type { User } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { Session } from '../../core/session';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Skeleton } from '../../ui/skeleton';
import { PasswordDialog } from './password-dialog';
import { UserForm } from './user-form';

/** Who may do what, and where. */
@Component({
  selector: 'cp-user-list',
  imports: [Failure, PasswordDialog, Skeleton, UserForm],
  host: { class: 'page' },
  templateUrl: './user-list.html',
})
export class UserList {
  private readonly api = inject(Api);
  protected readonly session = inject(Session);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  protected readonly loaded = resource({ loader: ({ abortSignal }) => this.api.users(abortSignal) });
  protected readonly users = computed(() => (this.loaded.hasValue() ? [...this.loaded.value()].sort((a, b) => a.name.localeCompare(b.name)) : null));
  protected readonly mayWrite = computed(() => this.session.can('users.write') && this.live.isLive());
  protected readonly dialog = signal<{ kind: 'create' } | { kind: 'edit' | 'password'; user: User } | null>(null);

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('nav.users') }]);
  }

  protected saved(): void {
    this.dialog.set(null);
    this.loaded.reload();
  }

  protected grantText({ role, scope, scopeName }: User['grants'][number]): string {
    return `${this.t(`role.${role}`)}, ${scope === 'all' ? this.t('scope.all') : scopeName}`;
  }
}
