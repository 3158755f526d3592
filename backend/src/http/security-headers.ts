import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** The nonce of this response, for the one `<style>` element that each Angular component brings. */
export function styleNonceOf(response: Response): string {
  return (response.locals as { styleNonce?: string }).styleNonce ?? '';
}

/**
 * No inline script at all, nothing from elsewhere. Styles need a nonce: Angular adds component styles as `<style>` elements
 * at run time, and marks them with the nonce that the page's root element names.
 */
export function securityHeaders(isSecure: boolean): RequestHandler[] {
  const nonce: RequestHandler = (_request, response, next) => {
    response.locals['styleNonce'] = randomBytes(16).toString('base64');
    next();
  };
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", (_request, response) => `'nonce-${styleNonceOf(response as Response)}'`],
        styleSrcAttr: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(isSecure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // A browser told to insist on TLS could not open a console on plain loopback HTTP any more.
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  return [nonce, headers];
}
