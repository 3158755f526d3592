import { DomainError } from '@cupola/contracts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { styleNonceOf } from './security-headers.js';

/** First parts of addresses that belong to programs: a wrong one must be 404, not the console. */
const OF_PROGRAMS = /^\/(api|health|metrics|live|device)(\/|$)/;
/** The build names these by their content, so that one name never changes its meaning. */
const HASHED = /-[\w-]{8}\.(js|css)$|\/media\/[^/]+-[A-Z0-9]{8}\.\w+$/;

/** Serves the built console, and its one page for every address that the console's router knows. */
export function consoleFiles(directory: string): RequestHandler[] {
  const files = express.static(directory, { index: false, redirect: false, setHeaders: cacheByName });
  return [
    (request, response, next) => (OF_PROGRAMS.test(request.path) || isPage(request) ? next() : files(request, response, next)),
    (request, response, next) => void sendPage(directory, request, response, next),
  ];
}

function cacheByName(response: Response, path: string): void {
  response.setHeader('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** An address without a file's ending is one of the console's own pages. */
function isPage(request: Request): boolean {
  return !/\.[a-z0-9]+$/i.test(request.path) || request.path === '/index.html';
}

async function sendPage(directory: string, request: Request, response: Response, next: NextFunction): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || OF_PROGRAMS.test(request.path) || !isPage(request) || request.accepts('html') === false) {
    next();
    return;
  }
  const page = await readFile(join(directory, 'index.html'), 'utf8').catch(() => null);
  if (page === null) {
    next(new DomainError('NOT_FOUND', 'The console has not been built here (npm run build).'));
    return;
  }
  // The nonce is this answer's own, so the page must not be kept.
  response.setHeader('Cache-Control', 'no-store');
  response.type('html').send(withNonce(page, styleNonceOf(response)));
}

/** Angular reads the nonce for its styles from the root element, the page's first custom element. */
export function withNonce(page: string, nonce: string): string {
  return page.replace(/<([a-z]+-[a-z-]+)(?=[\s>])/, `<$1 ngCspNonce="${nonce}"`).replaceAll('<style>', `<style nonce="${nonce}">`);
}
