import { vi } from 'vitest';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

type Answer = unknown | ((call: Call) => unknown);

/** An answer other than 200 with JSON. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail = '',
  ) {}
}

/** Answers the console's requests by `METHOD path`; what is not listed is 404. Returns the calls in their order. */
export function answering(answers: Record<string, Answer>): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, 'http://console.test');
    const body = typeof init.body === 'string' && init.body.startsWith('{') ? (JSON.parse(init.body) as unknown) : init.body;
    const call: Call = { method: init.method ?? 'GET', path: url.pathname.replace('/api/v1/', ''), query: url.searchParams, body, headers: new Headers(init.headers) };
    calls.push(call);
    const answer = answers[`${call.method} ${call.path}`] ?? new Refusal(404, 'NOT_FOUND');
    const result: unknown = typeof answer === 'function' ? await (answer as (call: Call) => unknown)(call) : answer;
    if (result instanceof Refusal) {
      const problem = { type: 'about:blank', title: result.code, status: result.status, code: result.code, detail: result.detail };
      return new Response(JSON.stringify(problem), { status: result.status, headers: { 'content-type': 'application/problem+json' } });
    }
    return new Response(result === null ? '' : JSON.stringify(result), { status: 200 });
  });
  return calls;
}
