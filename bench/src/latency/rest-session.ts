import { ADMIN_PASSWORD } from '../product.js';

/** The administrator's REST session. */
export class RestSession {
  private constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  static async login(url: string): Promise<RestSession> {
    const { accessToken } = await must<{ accessToken: string }>(
      await fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({ username: 'admin', password: ADMIN_PASSWORD }),
      }),
    );
    return new RestSession(url, accessToken);
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  post<T>(path: string, body: object | string = {}, contentType = 'application/json'): Promise<T> {
    return this.#call<T>('POST', path, { body: typeof body === 'string' ? body : JSON.stringify(body), contentType });
  }

  /** @throws Error with the product's words when it refuses */
  async #call<T>(method: string, path: string, sent?: { body: string; contentType: string }): Promise<T> {
    const headers = { authorization: `Bearer ${this.token}`, ...(sent ? { 'content-type': sent.contentType } : {}) };
    return must<T>(await fetch(`${this.url}/api/v1${path}`, { method, headers, ...(sent ? { body: sent.body } : {}) }));
  }
}

async function must<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
