import type { Problem } from '@cupola/contracts';
import { Refused } from './refused';

export const API_ROOT = '/api/v1/';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | null | undefined>;
  /** Sent as JSON, unless `contentType` says that it is text already. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function addressOf(path: string, query: RequestOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return API_ROOT + path + (text ? `?${text}` : '');
}

function bodyOf({ body, contentType }: RequestOptions): { body?: string; headers: Record<string, string> } {
  if (body === undefined) return { headers: {} };
  if (contentType) return { body: String(body), headers: { 'content-type': contentType } };
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function refusalOf(response: Response): Promise<Refused> {
  const retryAfter = Number(response.headers.get('retry-after')) || undefined;
  try {
    const problem = (await response.json()) as Partial<Problem>;
    if (problem.code) {
      const extra = { status: response.status, retryAfter: problem.retryAfter ?? retryAfter };
      return new Refused(problem.code, problem.detail ?? problem.title ?? '', problem.errors ? { ...extra, errors: problem.errors } : extra);
    }
  } catch {
    // Not problem details: something between the browser and Cupola answered, so the status alone speaks.
  }
  const unavailable = response.status === 502 || response.status === 503 || response.status === 504;
  return new Refused(unavailable ? 'UNREACHABLE' : 'INTERNAL', '', { status: response.status, retryAfter });
}

/**
 * One call to Cupola's REST interface.
 * @returns the parsed body, or `undefined` where there is none
 * @throws Refused with the server's problem details, or `UNREACHABLE` when there was no answer at all
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { body, headers } = bodyOf(options);
  let response: Response;
  try {
    response = await fetch(addressOf(path, options.query), {
      method: options.method ?? 'GET',
      headers: { accept: 'application/json', ...headers, ...options.headers },
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (failure) {
    if (options.signal?.aborted) throw failure;
    throw new Refused('UNREACHABLE', '');
  }
  if (!response.ok) throw await refusalOf(response);
  const text = await response.text();
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Refused('UNREADABLE', '', { status: response.status });
  }
}
