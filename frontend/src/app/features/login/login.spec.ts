import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../../../testing/answering';
import { ME, prepareConsole, textOf } from '../../../testing/console';
import { Login } from './login';

@Component({ selector: 'cp-test-page', template: 'page' })
class Page {}

beforeEach(async () => {
  await prepareConsole([{ path: 'login', component: Login }, { path: '**', component: Page }]);
  answering({
    'POST auth/login': ({ body }: { body: unknown }) => ((body as { password: string }).password === 'right' ? { accessToken: 't', expiresIn: 600 } : new Refusal(401, 'WRONG_CREDENTIALS')),
    'GET auth/me': ME,
    'POST auth/tickets': new Refusal(503, 'DATABASE_UNAVAILABLE'),
  });
});
afterEach(() => vi.unstubAllGlobals());

async function logIn(address: string, password: string): Promise<HTMLElement> {
  const harness = await RouterTestingHarness.create(address);
  const element = harness.routeNativeElement;
  if (!element) throw new Error('nothing was rendered');
  (element.querySelector('#username') as HTMLInputElement).value = ' ada ';
  (element.querySelector('#password') as HTMLInputElement).value = password;
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
  await harness.fixture.whenStable();
  return element;
}

describe('the login page', () => {
  it('says that name or password is wrong, not which', async () => {
    const element = await logIn('/login', 'wrong');
    await vi.waitFor(() => expect(textOf(element.querySelector('[role=alert]'))).toBe('User name or password is wrong.'));
  });

  it.each([
    ['/login?to=%2Ffloors%2F3%3Fzone%3D7', '/floors/3?zone=7'],
    ['/login', '/'],
    ['/login?to=%2F%2Fevil.example', '/'],
    ['/login?to=https%3A%2F%2Fevil.example', '/'],
  ])('leads from %s to %s', async (address, destination) => {
    await logIn(address, 'right');
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe(destination));
  });
});
