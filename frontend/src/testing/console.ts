import { TestBed } from '@angular/core/testing';
import { provideZonelessChangeDetection } from '@angular/core';
import type { Provider, Type } from '@angular/core';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import type { Routes } from '@angular/router';
import { provideTransloco } from '@jsverse/transloco';
import { vi } from 'vitest';
import { BundledWords } from '../app/core/bundled-words';
import { Session } from '../app/core/session';
import { LANGUAGES, Words } from '../app/core/words';
import { LiveConnection } from '../app/live/live-connection';
import { OPEN_SOCKET } from '../app/live/open-socket';
import { FakeSocket } from './fake-socket';

export const ME = {
  id: 'a0000000-0000-4000-8000-000000000001',
  username: 'ada',
  name: 'Ada Okafor',
  grants: [{ role: 'admin', scope: 'all', scopeId: null, scopeName: '' }],
  permissions: ['building.read', 'building.import', 'points.read', 'points.command', 'controllers.read', 'controllers.register', 'users.read'],
};
export const SESSION_ANSWERS = {
  'POST auth/refresh': { accessToken: 'token-1', expiresIn: 600 },
  'GET auth/me': ME,
  'POST auth/tickets': () => ({ ticket: `ticket-${crypto.randomUUID()}`, ttlMs: 30_000 }),
};

export const sockets: FakeSocket[] = [];

/** A console with its words, whose live connections are opened by the test. */
export async function prepareConsole(routes: Routes = [], providers: Provider[] = []): Promise<void> {
  sockets.length = 0;
  TestBed.configureTestingModule({
    providers: [
      provideZonelessChangeDetection(),
      provideRouter(routes, withComponentInputBinding()),
      provideTransloco({ config: { availableLangs: [...LANGUAGES], defaultLang: 'en', reRenderOnLangChange: true, prodMode: true }, loader: BundledWords }),
      {
        provide: OPEN_SOCKET,
        useValue: async (ticket: string) => {
          const socket = new FakeSocket(ticket);
          // As over a network: the listeners are there before anything arrives.
          setTimeout(() => sockets.push(socket));
          return socket.asLiveSocket();
        },
      },
      ...providers,
    ],
  });
  await TestBed.inject(Words).choose('en');
}

/** Signs in by the refresh cookie and brings the link up to live. */
export async function goLive(): Promise<FakeSocket> {
  const connection = TestBed.inject(LiveConnection);
  await TestBed.inject(Session).start();
  TestBed.tick();
  await vi.waitFor(() => {
    if (sockets.length === 0) throw new Error('no connection was opened');
  });
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no connection was opened');
  socket.receive('welcome', { epoch: 'epoch-1', serverTime: Date.now() });
  await vi.waitFor(() => {
    if (connection.link().kind !== 'live') throw new Error(`the link is ${connection.link().kind}`);
  });
  return socket;
}

/** Renders a component with inputs and waits until it is stable. */
export async function render<T>(component: Type<T>, inputs: Record<string, unknown> = {}): Promise<{ element: HTMLElement; instance: T; settle(): Promise<void>; set(name: string, value: unknown): void }> {
  const fixture = TestBed.createComponent(component);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  return {
    element: fixture.nativeElement as HTMLElement,
    instance: fixture.componentInstance,
    settle: async () => {
      await fixture.whenStable();
    },
    set: (name, value) => fixture.componentRef.setInput(name, value),
  };
}

export function type(element: Element | null, text: string): void {
  const input = element as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

export function textOf(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}
