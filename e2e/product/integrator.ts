import type { AlarmDefinition, Claim, Controller, Point, SiteTree, User } from '@cupola/contracts';

interface Answer<T> {
  status: number;
  body: T;
}

/** A person's or program's REST session: the public API and nothing else. */
export class Integrator {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async login(url: string, username: string, password: string): Promise<Integrator> {
    const response = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ username, password }),
    });
    if (!response.ok) throw new Error(`login was refused: ${await response.text()}`);
    return new Integrator(url, ((await response.json()) as { accessToken: string }).accessToken);
  }

  async call<T>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
  }

  private async must<T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T> {
    const answer = await this.call<T>(method, path, body, contentType);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async importModel(turtle: string, site: string, unitSystem: 'metric' | 'imperial'): Promise<void> {
    const query = new URLSearchParams({ site, unitSystem, timeZone: 'Europe/Berlin' });
    const { id } = await this.must<{ id: string }>('POST', `/imports?${query}`, turtle, 'text/turtle');
    await this.must('POST', `/imports/${id}/apply`);
  }

  async site(name: string): Promise<SiteTree> {
    const { items } = await this.must<{ items: SiteTree[] }>('GET', '/sites');
    const found = items.find((site) => site.name === name);
    if (!found) throw new Error(`there is no site ${name}`);
    return found;
  }

  async points(search: string): Promise<Point[]> {
    return (await this.must<{ items: Point[] }>('GET', `/points?limit=1000&search=${encodeURIComponent(search)}`)).items;
  }

  async equipment(building: string, name: string): Promise<string> {
    const { items } = await this.must<{ items: { id: string; name: string }[] }>('GET', `/equipment?building=${building}&limit=1000`);
    const found = items.find((item) => item.name === name);
    if (!found) throw new Error(`there is no equipment ${name}: ${items.map((item) => item.name).join(', ')}`);
    return found.id;
  }

  register(body: { name: string; type: string; site: string; building: string; equipment: string }): Promise<{ controller: Controller; claim: Claim }> {
    return this.must('POST', '/controllers', body);
  }

  /** For keys of a whole building, with no equipment of its own. */
  registerForBuilding(body: { name: string; type: string; site: string; building: string }): Promise<{ controller: Controller; claim: Claim }> {
    return this.must('POST', '/controllers', body);
  }

  confirm(controllerId: string): Promise<Controller> {
    return this.must('POST', `/controllers/${controllerId}/confirm`, {});
  }

  defineAlarm(body: object): Promise<AlarmDefinition> {
    return this.must('POST', '/alarm-definitions', body);
  }

  /** For an hour at level 8. */
  override(pointId: string, value: number): Promise<unknown> {
    return this.must('POST', `/points/${pointId}/overrides`, { value, durationMs: 3_600_000, reason: 'for a test' });
  }

  createUser(body: { username: string; name: string; password: string; grants: { role: string; scope: string; scopeId: string | null }[] }): Promise<User> {
    return this.must('POST', '/users', body);
  }

  samples(pointId: string): Promise<{ samples: [string, number | null, string][] }> {
    return this.must('GET', `/points/${pointId}/samples?limit=1000`);
  }
}
