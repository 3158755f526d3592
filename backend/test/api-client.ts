import type { Problem } from '@cupola/contracts';

/** An answer; name the body's type where a spec looks into it: `api.get<PointDetail>(path)`. A refused one has a Problem. */
export interface Answer<T = unknown> {
  status: number;
  /** Parsed JSON, or the text when it is none. */
  body: T;
  headers: Headers;
}

/** One caller of the REST interface, with its token and cookies. */
export class ApiClient {
  token: string | null = null;
  username = '';
  /** `name=value`, as a browser would send it back. */
  cookie: string | null = null;

  constructor(readonly url: string) {}

  async login(username: string, password: string): Promise<Answer> {
    const answer = await this.post<{ accessToken: string }>('/api/v1/auth/login', { username, password });
    if (answer.status !== 200) throw new Error(`Login of ${username} was refused: ${JSON.stringify(answer.body)}`);
    this.username = username;
    this.token = answer.body.accessToken;
    this.cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? null;
    return answer;
  }

  get = <T = Problem>(path: string) => this.send<T>('GET', path);
  post = <T = Problem>(path: string, body?: unknown) => this.send<T>('POST', path, body);
  put = <T = Problem>(path: string, body?: unknown) => this.send<T>('PUT', path, body);
  patch = <T = Problem>(path: string, body?: unknown) => this.send<T>('PATCH', path, body);
  delete = <T = Problem>(path: string, body?: unknown) => this.send<T>('DELETE', path, body);

  /** A body that is a string goes out as it is, under the given content type. */
  async send<T = Problem>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: parsed(await response.text()) as T, headers: response.headers };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
