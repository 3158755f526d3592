import { z } from 'zod';
import { durationMs, id, instant, secret256, text } from '../primitives.js';
import { permission, role, scopeKind } from '../words.js';

export const loginRequest = z.strictObject({ username: text(120), password: z.string().min(1).max(1000) });
/** `expiresIn` in seconds. The refresh token travels in a cookie only. */
export const tokenResponse = z.object({ accessToken: z.string(), expiresIn: z.int() });
/** `POST /api/v1/auth/tickets`: a single-use ticket for one connection to `/live`. */
export const consoleTicketResponse = z.object({ ticket: secret256, ttlMs: durationMs });

export const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'must be 2 to 64 letters, digits, dots, dashes or underscores');
export const password = z.string().min(12, 'must have at least 12 characters').max(200);

/** One grant: a role within a scope. Exactly the id of its scope kind is set; none for `all`. */
export const grant = z.object({ role, scope: scopeKind, scopeId: id.nullable() });
export type Grant = z.infer<typeof grant>;

export const me = z.object({
  id,
  username: z.string(),
  name: z.string(),
  grants: z.array(grant.extend({ scopeName: z.string() })),
  /** Permissions held somewhere; whether one holds for an object is the server's answer. */
  permissions: z.array(permission),
});
export const user = z.object({
  id,
  username: z.string(),
  name: z.string(),
  disabled: z.boolean(),
  grants: z.array(grant.extend({ scopeName: z.string() })),
  createdAt: instant,
  lastLoginAt: instant.nullable(),
});
export type User = z.infer<typeof user>;
export const createUser = z.strictObject({ username, name: text(120), password, grants: z.array(grant).max(50) });
export const updateUser = z.strictObject({
  name: text(120).optional(),
  disabled: z.boolean().optional(),
  grants: z.array(grant).max(50).optional(),
});
export const setPassword = z.strictObject({ password });
export const changeOwnPassword = z.strictObject({ current: z.string().min(1).max(1000), password });
