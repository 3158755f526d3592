import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Tally } from './session/effects.js';
import type { SessionState } from './session/state.js';

/** Latencies in seconds, from one commit to a database that is away. */
const INGEST_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class GatewayMetrics {
  readonly registry = new Registry();
  readonly #tallies = this.#counter('events_total', 'Noteworthy events of sessions', ['event']);
  readonly #messages = this.#counter('messages_total', 'WebSocket messages', ['direction']);
  readonly #bytes = this.#counter('message_bytes_total', 'Bytes of WebSocket messages', ['direction']);
  readonly #samples = this.#counter('samples_total', 'Samples that backend stored', []);
  readonly #handshakes = this.#counter('handshakes_total', 'Upgrade requests by the status they were answered with', ['status']);
  readonly #ends = this.#counter('session_ends_total', 'Sessions that ended', ['reason']);
  readonly #ingest = new Histogram({
    name: 'cupola_gateway_ingest_seconds',
    help: 'From an ingest request to its reply after commit',
    buckets: INGEST_BUCKETS,
    registers: [this.registry],
  });

  tally(event: Tally, count: number): void {
    this.#tallies.inc({ event }, count);
  }

  received(bytes: number): void {
    this.#messages.inc({ direction: 'in' });
    this.#bytes.inc({ direction: 'in' }, bytes);
  }

  sent(bytes: number): void {
    this.#messages.inc({ direction: 'out' });
    this.#bytes.inc({ direction: 'out' }, bytes);
  }

  stored(samples: number, seconds: number): void {
    this.#samples.inc(samples);
    this.#ingest.observe(seconds);
  }

  handshake(status: number): void {
    this.#handshakes.inc({ status: String(status) });
  }

  ended(reason: string): void {
    this.#ends.inc({ reason });
  }

  /** Reads what waits for the store whenever the metrics are read. */
  measureKept(bytes: () => number): void {
    new Gauge({
      name: 'cupola_gateway_kept_bytes',
      help: 'Bytes of samples that wait for the store, all sessions together',
      registers: [this.registry],
      collect() {
        this.set(bytes());
      },
    });
  }

  /** Counts sessions by phase whenever the metrics are read. */
  countSessions(phases: () => Iterable<SessionState['phase']>): void {
    new Gauge({
      name: 'cupola_gateway_sessions',
      help: 'Open sessions by phase',
      labelNames: ['phase'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const phase of phases()) this.inc({ phase });
      },
    });
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `cupola_gateway_${name}`, help, labelNames, registers: [this.registry] });
  }
}
