import type { TokenBucketConfig } from '@cupola/domain';
import type { GatewayFlowConfig } from '../session/gateway-flow.js';
import type { SessionConfig } from '../session/config.js';

export interface GatewayConfig {
  readonly host: string;
  /** 0 = a free port. */
  readonly port: number;
  /** Where controllers reach this gateway, without a trailing slash; null = its own address. Never taken from a request. */
  readonly publicUrl: string | null;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Origins that a device may name; without an Origin header it needs none. */
  readonly origins: readonly string[];
  /** Own TLS; null = none: on loopback, or behind a proxy that ends it. */
  readonly tls: TlsConfig | null;
  /** Whether controllers show a certificate of their own; its key is pinned when they are enrolled. */
  readonly clientKeys: 'off' | 'optional' | 'required';
  /** By which a declared proxy proves that what it says of client certificates is its own; null = nothing of that is believed. */
  readonly proxySecret: string | null;
  readonly natsUrl: string | null;
  /** Name of this process on the bus; null = made at start. */
  readonly gatewayId: string | null;
  readonly logLevel: string;
  /** Milliseconds between two renewals of leases: within two of them a revocation has closed its session. */
  readonly renewEveryMs: number;
  readonly session: SessionConfig;
  readonly gatewayFlow: GatewayFlowConfig;
  readonly door: DoorConfig;
  readonly shutdown: ShutdownConfig;
}

export interface DoorConfig {
  /** Wrong credentials, tickets and claim codes that an address may present. */
  wrong: TokenBucketConfig;
  /** Questions of strangers that may wait for backend at a time. */
  maxInFlight: number;
  /** So many may be on their way in at a time: asking for a ticket, using it, or waiting for the answer to their HELLO. */
  maxArriving: number;
}

export interface TlsConfig {
  certFile: string;
  keyFile: string;
  /** How often the files are looked at for a renewed certificate, milliseconds. */
  checkEveryMs: number;
}

/** Times in milliseconds. */
export interface ShutdownConfig {
  /** How long what was received may take to be stored and acknowledged. */
  drainWithinMs: number;
  /** The least that controllers spread their return over; many spread over longer. */
  spreadMs: number;
  /** Returning controllers a second that the house takes; the spread is measured by it. */
  returnsPerSecond: number;
  /** How long sockets may take to close before they are cut. */
  closeWithinMs: number;
}
