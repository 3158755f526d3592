import { Component, DestroyRef, computed, effect, inject, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Point } from '@cupola/contracts';
import { Api } from '../../core/api';
import { Crumbs } from '../../core/crumbs';
import { Format } from '../../core/format';
import { Sites } from '../../core/sites';
import { Words } from '../../core/words';
import { LiveConnection } from '../../live/live-connection';
import { Failure } from '../../ui/failure';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { ClaimDialog } from '../controllers/claim-dialog';
import { ConfirmDialog } from '../controllers/confirm-dialog';
import { ControllerStore } from '../controllers/controller-store';
import { RegisterForm } from '../controllers/register-form';
import { BuildingForm } from './building-form';
import { firstLive, furthest, START_STEPS, stepStates } from './start-steps';

const LOOK_MS = 2_000;

/** From nothing to the first live value: each step is read from the product itself and has one thing to do. */
@Component({
  selector: 'cp-start-page',
  imports: [BuildingForm, ClaimDialog, ConfirmDialog, Failure, Icon, RegisterForm, RouterLink, Skeleton],
  providers: [ControllerStore],
  host: { class: 'page' },
  templateUrl: './start-page.html',
})
export class StartPage {
  private readonly api = inject(Api);
  protected readonly sites = inject(Sites);
  protected readonly store = inject(ControllerStore);
  protected readonly live = inject(LiveConnection);
  protected readonly format = inject(Format);
  protected readonly t = inject(Words).t;
  protected readonly steps = START_STEPS;
  protected readonly stepWords = {
    building: 'start.step.building', registered: 'start.step.registered', claimed: 'start.step.claimed', confirmed: 'start.step.confirmed', value: 'start.step.value',
  } as const;
  protected readonly dialog = signal<'register' | 'claim' | 'confirm' | null>(null);
  protected readonly controller = computed(() => furthest(this.store.controllers() ?? []));
  /** The one to go on with is where the controller is; what another building reports says nothing of it. */
  protected readonly building = computed(() => this.controller()?.building ?? this.sites.buildings()[0]?.building ?? null);
  private readonly points = resource({
    params: () => this.building()?.id,
    loader: ({ params, abortSignal }) => this.api.pointsIn({ building: params, floor: null }, abortSignal),
  });
  private readonly knownPoints = signal<readonly Point[] | null>(null);
  /** What the controller has to report, by the names it is bound by. */
  protected readonly keys = computed(() => {
    const equipment = this.controller()?.equipment?.id;
    return (this.knownPoints() ?? []).filter((point) => equipment !== undefined && point.equipment?.id === equipment).slice(0, 6);
  });
  protected readonly livePoint = computed(() => firstLive(this.knownPoints() ?? []));
  protected readonly states = computed(() =>
    stepStates({ hasBuilding: this.building() !== null, controllers: this.store.controllers() ?? [], livePoint: this.livePoint() }),
  );
  protected readonly isRead = computed(() => this.sites.sites() !== null && this.store.controllers() !== null && (this.building() === null || this.knownPoints() !== null));
  protected readonly failure = computed(() => this.sites.failure() ?? this.store.failure() ?? (this.knownPoints() === null ? this.points.error() : undefined));
  /** The dialogs work on a controller as its page reads it. */
  protected readonly detail = resource({
    params: () => (this.dialog() === 'claim' || this.dialog() === 'confirm' ? this.controller()?.id : undefined),
    loader: ({ params, abortSignal }) => this.api.controller(params, abortSignal),
  });

  constructor() {
    inject(Crumbs).trail.set([{ label: this.t('start.title') }]);
    effect(() => {
      if (this.points.hasValue()) this.knownPoints.set(this.points.value());
    });
    const timer = setInterval(() => {
      if (this.live.isLive() && this.states().value === 'now') this.points.reload();
    }, LOOK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected retry(): void {
    this.sites.reload();
    this.store.reload();
    this.points.reload();
  }

  protected close(): void {
    this.dialog.set(null);
    this.store.reload();
  }
}
