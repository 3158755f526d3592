import { z } from 'zod';

/** Every refusal that crosses a wire: code -> HTTP status. The one list that REST, sockets and the bus share. */
export const ERROR_CODES = {
  VALIDATION_FAILED: 422,
  MALFORMED_REQUEST: 400,
  NOT_FOUND: 404,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL: 500,
  DATABASE_UNAVAILABLE: 503,
  OVERLOADED: 503,
  // identity and access
  UNAUTHENTICATED: 401,
  SESSION_ENDED: 401,
  WRONG_CREDENTIALS: 401,
  TOO_MANY_ATTEMPTS: 429,
  FORBIDDEN: 403,
  ORIGIN_REFUSED: 403,
  STALE_EPOCH: 409,
  USERNAME_TAKEN: 409,
  LAST_ADMINISTRATOR: 409,
  // tickets and controllers
  TICKET_REFUSED: 401,
  TICKET_IN_URL: 400,
  CREDENTIAL_REFUSED: 401,
  CLIENT_KEY_REFUSED: 401,
  CLAIM_REFUSED: 401,
  CLAIM_EXHAUSTED: 429,
  CONTROLLER_NOT_ACTIVE: 409,
  CONTROLLER_WRONG_STATUS: 409,
  DUPLICATE_CONTROLLER: 409,
  CSV_INVALID: 422,
  STALE_SESSION: 409,
  SESSION_UNKNOWN: 410,
  POINT_LIST_INVALID: 422,
  BINDING_CONFLICT: 409,
  // building model
  MODEL_MALFORMED: 422,
  MODEL_EMPTY: 422,
  MODEL_HAS_ERRORS: 422,
  IMPORT_ALREADY_APPLIED: 409,
  IMPORT_STALE: 409,
  // floor drawings
  PLAN_SPACE_UNKNOWN: 422,
  PLAN_OUTSIDE: 422,
  PLAN_OUTLINE_CROSSED: 422,
  PLAN_SPACES_OVERLAP: 422,
  PLAN_DOOR_DEGENERATE: 422,
  // commands
  NOT_WRITABLE: 422,
  LEVEL_NOT_ALLOWED: 403,
  WRONG_KIND: 422,
  OUT_OF_RANGE: 422,
  END_REQUIRED: 422,
  END_IN_PAST: 422,
  END_TOO_FAR: 422,
  CONTROLLER_OFFLINE: 409,
  /** Two boxes seem to use one identity: no command is sent until that is settled. */
  CONTROLLER_HELD: 409,
  POINT_NOT_BOUND: 409,
  KEY_REUSED: 409,
  COMMAND_IN_FLIGHT: 409,
  NOTHING_TO_RELEASE: 409,
  DELIVERY_EXPIRED: 409,
  DELIVERY_UNKNOWN: 409,
  CONTROLLER_REFUSED: 409,
  // alarms
  STALE_OCCURRENCE: 409,
  NOT_LATCHED: 409,
  NOT_ACKNOWLEDGED: 409,
  LIMITS_CROSSED: 422,
  LIMIT_REQUIRED: 422,
  REFERENCE_MISSING: 422,
  AUTO_ACK_REFUSED: 422,
  // history
  RANGE_INVALID: 422,
  CURSOR_INVALID: 422,
  // live
  TOPIC_UNKNOWN: 404,
  TOO_MANY_SUBSCRIPTIONS: 429,
  SUBSCRIPTION_EXISTS: 409,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;
export const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

/** RFC 9457 problem details, with the stable `code` and, for rejected input, one entry per field. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: errorCode,
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Seconds after which a 429 or 503 may be tried again. */
  retryAfter: z.int().optional(),
  correlationId: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

/** The refusal of a socket event or a bus request. */
export const refusal = z.object({ code: errorCode, detail: z.string(), retryAfter: z.int().optional() });
export type Refusal = z.infer<typeof refusal>;

/** A refusal as it is thrown inside a program; one filter per transport translates it. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string,
    readonly extra: { errors?: Problem['errors']; retryAfter?: number } = {},
  ) {
    super(detail);
    this.name = 'DomainError';
  }
}
