import { Component, effect, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Session } from './core/session';
import { Words } from './core/words';
import { Skeleton } from './ui/skeleton';

const RETRY_MS = 5_000;

/** The frame around everything: waits for the session to be known, then lets the router work. */
@Component({
  selector: 'cp-root',
  imports: [RouterOutlet, Skeleton],
  template: `
    @switch (session.status()) {
      @case ('starting') {
        <cp-skeleton kind="block" [rows]="3" />
      }
      @case ('unreachable') {
        <main>
          <div class="state" role="alert">
            <h1>{{ t('failure.unreachable') }}</h1>
            <p>{{ t('failure.unreachableAtStart') }}</p>
            <button type="button" class="btn pri" (click)="start()">{{ t('action.tryAgain') }}</button>
          </div>
        </main>
      }
      @default {
        <router-outlet />
      }
    }
  `,
})
export class App {
  protected readonly session = inject(Session);
  protected readonly t = inject(Words).t;
  private readonly router = inject(Router);
  private navigated = false;

  constructor() {
    void this.start();
    // A screen on a wall has nobody beside it to try again.
    effect((onCleanup) => {
      if (this.session.status() !== 'unreachable') return;
      const timer = setInterval(() => void this.start(), RETRY_MS);
      onCleanup(() => clearInterval(timer));
    });
  }

  protected async start(): Promise<void> {
    await this.session.start();
    if (this.navigated || this.session.status() === 'unreachable') return;
    this.navigated = true;
    this.router.initialNavigation();
  }
}
