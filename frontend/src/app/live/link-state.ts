/** What the console knows about its own link to the server. `lost` carries the moment of the last sign of life. */
export type LinkView =
  | { kind: 'off' }
  | { kind: 'connecting' }
  | { kind: 'catchingUp' }
  | { kind: 'live'; delayMs: number | null }
  | { kind: 'lost'; since: number };
