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

  /** @throws Error with the product's words when it refuses */
  async post<T>(path: string, body: object = {}): Promise<T> {
    return must<T>(
      await fetch(`${this.url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  }
}

async function must<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
