import type { BrowserContext } from '@playwright/test';

/** What no page may do, gathered while somebody goes through them. */
export interface Watched {
  /** Addresses of other hosts that were asked for anything. */
  readonly foreign: string[];
  /** What the content security policy refused. */
  readonly refused: string[];
  /** Errors that the browser or a script wrote down. */
  readonly errors: string[];
}

/** Watches every page of the context from its first request on. */
export async function watchPages(context: BrowserContext, own: string): Promise<Watched> {
  const watched: Watched = { foreign: [], refused: [], errors: [] };
  const ours = new URL(own).host;
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (!['data:', 'blob:'].includes(protocol) && host !== ours) watched.foreign.push(request.url());
  });
  context.on('console', (message) => {
    if (message.type() === 'error' && !isNoSessionYet(message.text(), message.location().url)) watched.errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => watched.errors.push(error.error().message));
  await context.exposeFunction('cupolaRefused', (what: string) => void watched.refused.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      const { cupolaRefused } = window as unknown as { cupolaRefused: (what: string) => void };
      cupolaRefused(`${violatedDirective}: ${blockedURI} ${sample}`);
    });
  });
  return watched;
}

/** A browser that comes for the first time asks for a session to continue, has none, and writes the answer down. */
function isNoSessionYet(text: string, url: string): boolean {
  return text.includes('401') && url.endsWith('/api/v1/auth/refresh');
}
