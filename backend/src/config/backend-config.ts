/** Everything that backend reads from its environment, once, at start. Injected by this type. */
export abstract class BackendConfig {
  /** Port of console, REST and `/live`; 0 takes any free one. */
  abstract readonly port: number;
  abstract readonly host: string;
  /** Absolute directory of keys and the first administrator's password. */
  abstract readonly dataDir: string;
  abstract readonly databaseUrl: string;
  abstract readonly natsUrl: string | null;
  /** Password of the first administrator; null lets one be generated. */
  abstract readonly adminPassword: string | null;
  /** Password of the demo building's account, which is made when one is given: the demo is a program of its own then. */
  abstract readonly demoPassword: string | null;
  /** Origin that browsers use, without a trailing slash; null on a loopback bind, where the bound address is it. */
  abstract readonly publicUrl: string | null;
  /** Where controllers reach device-gateway, without a trailing slash: part of every claim QR. */
  abstract readonly gatewayPublicUrl: string;
  /** Addresses or networks of the TLS proxy whose `X-Forwarded-*` are believed; none when empty. */
  abstract readonly trustedProxies: readonly string[];
  /** Absolute directory of the built console; null serves none. */
  abstract readonly consoleDir: string | null;
  /** Connections that controllers may open in each second, all sites together; a storm of more is spread out. */
  abstract readonly ticketsPerSecond: number;
  /** Secrets of controllers are replaced at this age; null = only when a technician asks for it. */
  abstract readonly rotateSecretsAfterDays: number | null;
  /** Own TLS, read once at the start; null = none: on loopback, or behind a proxy that ends it. */
  abstract readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}
