import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answering, Refusal } from '../../../testing/answering';
import type { Call } from '../../../testing/answering';
import { ME, SESSION_ANSWERS, goLive, prepareConsole, render, textOf, type } from '../../../testing/console';
import { originOf } from './origin-of';
import { OriginsPage } from './origins-page';

let calls: Call[];
let origins: string[];
let refusal: Refusal | null;

async function show(permissions = ['controllers.read', 'controllers.origins']) {
  const put = (call: Call) => {
    if (refusal) return refusal;
    origins = (call.body as { origins: string[] }).origins;
    return { origins };
  };
  calls = answering({
    ...SESSION_ANSWERS,
    'GET auth/me': { ...ME, permissions },
    'GET sites': { items: [{ id: 's1', name: 'Campus', timeZone: 'UTC', address: '', buildings: [] }] },
    'GET sites/s1/device-origins': () => ({ origins }),
    'PUT sites/s1/device-origins': put,
  });
  await goLive();
  const view = await render(OriginsPage, {});
  await vi.waitFor(() => expect(view.element.querySelector('.origin-list')).not.toBeNull());
  return view;
}
const listed = (element: HTMLElement) => [...element.querySelectorAll('.origin-list .mono')].map(textOf);
const writes = () => calls.filter(({ method, path }) => method === 'PUT' && path === 'sites/s1/device-origins').map(({ body }) => body);

beforeEach(async () => {
  await prepareConsole();
  origins = ['https://b.example.org', 'https://a.example.org'];
  refusal = null;
});
afterEach(() => vi.unstubAllGlobals());

describe('the permitted origins of a site', () => {
  it('are listed, and one is added to those that the server has by then', async () => {
    const { element, settle } = await show();
    expect(listed(element)).toEqual(['https://a.example.org', 'https://b.example.org']);
    origins = [...origins, 'https://added-by-another.example.org'];
    type(element.querySelector('#origins-new'), ' HTTPS://Devices.Example.org/path ');
    await settle();
    element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(writes()).toEqual([{ origins: ['https://b.example.org', 'https://a.example.org', 'https://added-by-another.example.org', 'https://devices.example.org'] }]));
    await vi.waitFor(() => expect(listed(element)).toContain('https://devices.example.org'));
  });

  it('are not added when it is none: that is said in words, and nothing is sent', async () => {
    const { element, settle } = await show();
    type(element.querySelector('#origins-new'), 'devices');
    await settle();
    element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await settle();
    expect(textOf(element.querySelector('[role=alert]'))).toContain('https://');
    expect(writes()).toEqual([]);
  });

  it('are removed only after it was said whose sessions end', async () => {
    const { element, settle } = await show();
    element.querySelector<HTMLButtonElement>('.origin-list button')?.click();
    await settle();
    expect(textOf(document.body)).toContain('Sessions of controllers of Campus that were opened from it are closed within two seconds');
    expect(writes()).toEqual([]);
    refusal = new Refusal(403, 'FORBIDDEN');
    document.querySelector<HTMLButtonElement>('.btn.danger')?.click();
    await vi.waitFor(() => expect(document.querySelector('cp-remove-origin cp-refusal')?.textContent?.trim()).not.toBe(''));
    refusal = null;
    document.querySelector<HTMLButtonElement>('.btn.danger')?.click();
    await vi.waitFor(() => expect(writes().at(-1)).toEqual({ origins: ['https://b.example.org'] }));
    await vi.waitFor(() => expect(listed(element)).toEqual(['https://b.example.org']));
  });

  it('can be read, but not changed, without the permission', async () => {
    const { element } = await show(['controllers.read']);
    expect(listed(element)).toHaveLength(2);
    expect(element.querySelector('form, .origin-list button')).toBeNull();
  });
});

it.each([
  ['https://a.example.org', 'https://a.example.org'],
  ['http://10.0.0.7:8080/', 'http://10.0.0.7:8080'],
  ['https://a.example.org:443', 'https://a.example.org'],
  ['ftp://a.example.org', null],
  ['a.example.org', null],
  ['', null],
])('%s is the origin %s', (typed, origin) => {
  expect(originOf(typed)).toBe(origin);
});
