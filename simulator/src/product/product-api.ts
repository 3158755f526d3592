import { problem, tokenResponse, type ErrorCode } from '@cupola/contracts';
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { CallerError } from './caller-error.js';

export interface ApiOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Told once per outage, and when it is over. */
  readonly onOutage: (isDown: boolean) => void;
  readonly signal: AbortSignal;
}

/** The product answered, and the answer is no. */
export class ProductRefusal extends Error {
  override readonly name = 'ProductRefusal';

  constructor(
    readonly status: number,
    readonly code: ErrorCode | null,
    detail: string,
  ) {
    super(detail);
  }
}

interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** Access tokens last ten minutes; a new one is fetched well before. */
const TOKEN_AGE_MS = 8 * 60_000;
const AGAIN_MS = 1000;
/** How long the product may take to come up before the first answer. */
const FIRST_CONTACT_MS = 20_000;
const ANSWER_WITHIN_MS = 120_000;

/** The product's REST interface, as an integrator's program uses it. While the product is down, questions wait. */
export class ProductApi {
  #token: { readonly value: string; readonly at: number } | null = null;
  #hasAnswered = false;
  #isDown = false;
  readonly #startedAt = performance.now();

  constructor(private readonly options: ApiOptions) {}

  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#ask({ method: 'GET', path }, schema);
  }

  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#ask({ method: 'POST', path, body: JSON.stringify(body), contentType: 'application/json' }, schema);
  }

  put<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#ask({ method: 'PUT', path, body: JSON.stringify(body), contentType: 'application/json' }, schema);
  }

  postText<T>(path: string, contentType: string, body: string, schema: z.ZodType<T>): Promise<T> {
    return this.#ask({ method: 'POST', path, body, contentType }, schema);
  }

  /** All pages of a list, one after the other. */
  async list<T>(path: string, query: Readonly<Record<string, string>>, schema: z.ZodType<{ items: T[]; nextCursor: string | null }>): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: T[]; nextCursor: string | null } = await this.get(
        `${path}?${new URLSearchParams({ ...query, ...(cursor === null ? {} : { cursor }) })}`,
        schema,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  async #ask<T>(question: Question, schema: z.ZodType<T>): Promise<T> {
    for (;;) {
      const token = await this.#signIn();
      const response = await this.#exchange(question, { authorization: `Bearer ${token}` });
      const text = await response.text();
      if (response.status === 401) {
        this.#token = null;
        continue;
      }
      if (!response.ok) throw refusalOf(response.status, text);
      return schema.parse(text === '' ? {} : JSON.parse(text));
    }
  }

  async #signIn(): Promise<string> {
    if (this.#token !== null && performance.now() - this.#token.at < TOKEN_AGE_MS) return this.#token.value;
    const { user, password } = this.options;
    const body = JSON.stringify({ username: user, password });
    const response = await this.#exchange({ method: 'POST', path: '/api/v1/auth/login', body, contentType: 'application/json' }, {});
    const text = await response.text();
    if (response.status === 401) throw new CallerError(`The product refuses the password of user ${user}: check CUPOLA_PASSWORD or CUPOLA_ADMIN_PASSWORD.`);
    if (!response.ok) throw new CallerError(`User ${user} cannot log in: ${refusalOf(response.status, text).message}`);
    this.#token = { value: tokenResponse.parse(JSON.parse(text)).accessToken, at: performance.now() };
    return this.#token.value;
  }

  /** Asks until there is an answer that is not about the product being unwell. */
  async #exchange(question: Question, headers: Record<string, string>): Promise<Response> {
    for (;;) {
      this.options.signal.throwIfAborted();
      const response = await this.#once(question, headers);
      if (response !== null && response.status !== 429 && response.status < 500) {
        this.#hasAnswered = true;
        this.#becomeDown(false);
        return response;
      }
      if (response?.status === 500) return response;
      if (!this.#hasAnswered && response === null) this.#requirePatience();
      if (response?.status !== 429) this.#becomeDown(true);
      const seconds = Number(response?.headers.get('retry-after') ?? 0);
      await response?.body?.cancel();
      await wait(Math.max(AGAIN_MS, seconds * 1000), undefined, { signal: this.options.signal });
    }
  }

  async #once({ method, path, body, contentType }: Question, headers: Record<string, string>): Promise<Response | null> {
    try {
      return await fetch(this.options.url + path, {
        method,
        headers: { ...headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
        ...(body === undefined ? {} : { body }),
        redirect: 'error',
        signal: AbortSignal.any([this.options.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
    } catch {
      // Refused, reset or timed out: the caller waits, unless it was told to stop.
      this.options.signal.throwIfAborted();
      return null;
    }
  }

  #requirePatience(): void {
    if (performance.now() - this.#startedAt < FIRST_CONTACT_MS) return;
    throw new CallerError(`Nothing answers at ${this.options.url}: start the product with npm start, or name its address with --url.`);
  }

  #becomeDown(isDown: boolean): void {
    if (isDown === this.#isDown) return;
    this.#isDown = isDown;
    this.options.onOutage(isDown);
  }
}

function refusalOf(status: number, text: string): ProductRefusal {
  const parsed = problem.partial().safeParse(parseOrNull(text));
  const { code = null, detail, title, errors = [] } = parsed.success ? parsed.data : {};
  const said = detail ?? title ?? `the product answered ${status}`;
  // Often the detail is the first field's message already.
  const fields = errors.slice(0, 3).filter(({ message }) => !said.includes(message));
  return new ProductRefusal(status, code, [said, ...fields.map(({ path, message }) => `${path}: ${message}`)].join(' '));
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not the product's own answer: the status says what there is to say.
    return null;
  }
}
