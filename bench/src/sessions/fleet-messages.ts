export interface Device {
  id: string;
  secret: string;
}

/** What a benchmark tells its fleet of controllers. */
export type FleetRequest =
  /** Opens WebSockets and nothing else. */
  | { kind: 'connectRaw'; address: string; count: number }
  /** A ticket and a socket for each; with `hello` until WELCOME. */
  | { kind: 'connect'; gateway: string; devices: Device[]; hello: boolean }
  /** Every open socket says PING this often, those too that open later. */
  | { kind: 'ping'; everyMs: number }
  /** From now on whoever loses its session comes back as WELCOME said. */
  | { kind: 'comeBack'; gateway: string }
  /** Resolves when all are back, or after so long; with the milliseconds since the first session was lost. */
  | { kind: 'allBack'; withinMs: number }
  | { kind: 'closeAll' };

export interface FleetResult {
  /** How long it took. */
  ms: number;
  /** Sockets that stand. */
  open: number;
  /** Longest range over which WELCOME spreads the first attempt. */
  spreadMs: number;
}
