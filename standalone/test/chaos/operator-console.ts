import { waitFor } from '@cupola/testing';

export const PASSWORD = 'correct horse battery staple';
/** The product may be dead for as long as it takes to start again on a busy machine. */
const PATIENCE = { timeoutMs: 120_000, intervalMs: 100 };

export interface Answer {
  readonly status: number;
  /** The refusal's stable word; empty where the answer is no refusal. */
  readonly code: string;
  readonly body: unknown;
}

interface Question {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** An administrator at a product that dies and comes back: what got no answer is asked again. */
export class OperatorConsole {
  #token = '';
  #loggingIn: Promise<void> | null = null;

  constructor(readonly url: string) {}

  get token(): string {
    return this.#token;
  }

  /** What the product answers, be it a refusal. Repeated until there is an answer: whoever sends a command adds an idempotency key. */
  ask(method: string, path: string, question: Question = {}): Promise<Answer> {
    return waitFor(() => this.#tryOnce(method, path, question), PATIENCE).catch((error: Error) => {
      throw new Error(`${method} ${path} got no answer: ${String(error.cause)}`, { cause: error });
    });
  }

  /** The body of an answer that must not be a refusal. */
  async get<T>(path: string): Promise<T> {
    return this.#must<T>('GET', path, {});
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#must<T>('POST', path, { body });
  }

  /** All pages of a list. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const joint: string = path.includes('?') ? '&' : '?';
      const page: { items: T[]; nextCursor?: string | null } = await this.get(`${path}${joint}limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...page.items);
      cursor = page.nextCursor ?? null;
    }
    return items;
  }

  async #must<T>(method: string, path: string, question: Question): Promise<T> {
    const { status, body } = await this.ask(method, path, question);
    if (status > 299) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  async #tryOnce(method: string, path: string, { body, headers = {} }: Question): Promise<Answer> {
    const isText = typeof body === 'string';
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': isText ? 'text/turtle' : 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status === 401) {
      await this.logIn();
      throw new Error('the access token is over');
    }
    if (response.status >= 500) throw new Error(`${response.status} ${text}`);
    const parsed = text === '' ? undefined : (JSON.parse(text) as unknown);
    const { code = '' } = response.ok ? {} : (parsed as { code?: string });
    return { status: response.status, code, body: parsed };
  }

  /** Many may find the token over at once; one login does for all. */
  logIn(): Promise<void> {
    this.#loggingIn ??= this.#logIn().finally(() => (this.#loggingIn = null));
    return this.#loggingIn;
  }

  async #logIn(): Promise<void> {
    const login = await fetch(`${this.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify({ username: 'admin', password: PASSWORD }),
    });
    if (!login.ok) throw new Error(`the login was refused: ${await login.text()}`);
    ({ accessToken: this.#token } = (await login.json()) as { accessToken: string });
  }
}
