import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Finds out who speaks: the socket's peer, or, behind a declared proxy, the last address that a proxy of ours added. */
export class RemoteAddress {
  readonly #proxies = new BlockList();

  constructor(trustedProxies: readonly string[]) {
    for (const entry of trustedProxies) {
      const [address = '', prefix] = entry.split('/');
      if (prefix === undefined) this.#proxies.addAddress(address, familyOf(address));
      else this.#proxies.addSubnet(address, Number(prefix), familyOf(address));
    }
  }

  of(request: IncomingMessage): string {
    const peer = plain(request.socket.remoteAddress ?? '');
    if (!this.#isProxy(peer)) return peer;
    const hops = String(request.headers['x-forwarded-for'] ?? '').split(',').map((hop) => plain(hop.trim()));
    // From the right: each entry was written by the next proxy; the first that is none of ours is the client.
    return hops.reverse().find((hop) => isIP(hop) !== 0 && !this.#isProxy(hop)) ?? peer;
  }

  /** The request came through a declared proxy. */
  isFromProxy(request: IncomingMessage): boolean {
    return this.#isProxy(plain(request.socket.remoteAddress ?? ''));
  }

  #isProxy(address: string): boolean {
    return isIP(address) !== 0 && this.#proxies.check(address, familyOf(address));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** IPv4 as a dual-stack socket shows it. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
