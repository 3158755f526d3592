import type { CallOptions } from '@cupola/contracts';

/** DATA or EVENT as it came: only stream and number are sure, rows are judged one by one. */
export interface InboundData {
  kind: 'data';
  isEvent: boolean;
  streamId: string;
  seq: number;
  lane: unknown;
  baseTs: unknown;
  rows: unknown;
}
export interface InboundCall {
  kind: 'call';
  id: string;
  action: string;
  payload: unknown;
  options: CallOptions;
}

/** A frame that a controller may send, checked as far as its kind alone allows. */
export type InboundFrame =
  | { kind: 'hello'; body: unknown }
  | InboundCall
  | { kind: 'result'; id: string; payload: unknown }
  | { kind: 'error'; id: string; code: string; text: string; details: unknown }
  | InboundData
  | { kind: 'ping'; n: number; t: number }
  | { kind: 'pong'; n: number }
  /** WELCOME, ACK, NOTIFY, DRAIN: only gateways send these. */
  | { kind: 'gatewayOnly'; number: number };

/** Not a frame. The problem is told to the controller: it names what is wrong and quotes nothing. */
export interface Malformed {
  kind: 'malformed';
  problem: string;
}
