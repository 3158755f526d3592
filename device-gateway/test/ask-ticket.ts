import { SUBPROTOCOL } from '@cupola/contracts';

/** `POST /device/v1/tickets` with the credential of a controller. */
export function askTicket(url: string, { id, secret }: { id: string; secret: string }, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/device/v1/tickets`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ protocols: [SUBPROTOCOL], bootId: 'b' }),
  });
}
