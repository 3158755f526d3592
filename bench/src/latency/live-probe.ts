import { FRAME, type AlarmJournalLine, type LiveValue } from '@cupola/contracts';
import { DeviceSession } from '../device-session.js';
import { serveParent } from '../serve-parent.js';
import { Arrivals } from './arrivals.js';
import { ConsoleSocket } from './console-socket.js';
import { LIMIT, type LiveRequest, type LiveResult } from './live-messages.js';
import { pace } from './pace.js';
import { RelayRoute } from './relay-route.js';
import { RestSession } from './rest-session.js';

/** A point as its controller reports it. */
interface Source {
  session: DeviceSession;
  alias: number;
  pointId: string;
}

type Open = LiveRequest & { kind: 'open' };
const TRANSITIONS = new Set(['ACTIVATED', 'CLEARED']);

class LiveProbe {
  readonly #values = new Arrivals('value');
  readonly #alarms = new Arrivals('alarm');
  #plain: Source[] = [];
  #alarmed: Source[] = [];
  #relay: RelayRoute | undefined;
  /** Every value is another, so that it says which sample it is. */
  #lastValue = 0;
  #transitions = 0;

  async open(request: Open): Promise<LiveResult> {
    await this.#connectControllers(request);
    await this.#connectConsole(request);
    if (request.relay) this.#relay = await RelayRoute.open(request.relay, request.controllers.length, this.#values);
    return [];
  }

  async #connectControllers({ gateway, pointsRev, controllers, alarmedEach }: Open): Promise<void> {
    const sources: Source[] = [];
    for (const { id, secret, points } of controllers) {
      const session = await DeviceSession.open(gateway, { id, secret }, pointsRev);
      sources.push(...points.map((pointId, alias) => ({ session, alias, pointId })));
    }
    // Neighbours in time are of different controllers.
    sources.sort((one, other) => one.alias - other.alias);
    const plain = sources.length - controllers.length * alarmedEach;
    this.#plain = sources.slice(0, plain);
    this.#alarmed = sources.slice(plain);
  }

  async #connectConsole({ console: url, floor }: Open): Promise<void> {
    const fail = (error: Error): void => [this.#values, this.#alarms].forEach((each) => each.fail(error));
    const console = await ConsoleSocket.connect(await RestSession.login(url), fail);
    const plain = new Set(this.#plain.map(({ pointId }) => pointId));
    await console.watch(`floor:${floor}`, (data) => {
      for (const [pointId, value] of (data as { values: LiveValue[] }).values) {
        if (value !== null && plain.has(pointId)) this.#values.arrived(value);
      }
    });
    await console.watch('alarms', (data) => {
      for (const { fact, value } of (data as { lines: AlarmJournalLine[] }).lines) {
        if (TRANSITIONS.has(fact)) this.#alarms.arrived(value ?? NaN);
      }
    });
  }

  async values({ through, count, perSecond }: LiveRequest & { kind: 'values' }): Promise<LiveResult> {
    await pace(count, perSecond, (index) => {
      this.#lastValue += 1;
      this.#values.sent(this.#lastValue);
      if (through === 'relay') this.#relay?.send(index, this.#lastValue);
      else report(this.#plain[this.#lastValue % this.#plain.length], this.#lastValue);
    });
    const latencies = await this.#values.all();
    await this.#settled();
    return latencies;
  }

  async alarms({ count, perSecond }: LiveRequest & { kind: 'alarms' }): Promise<LiveResult> {
    await pace(count, perSecond, () => {
      const points = this.#alarmed.length;
      const isAbove = Math.floor(this.#transitions / points) % 2 === 0;
      this.#lastValue += 1;
      const value = this.#lastValue + (isAbove ? LIMIT : 0);
      this.#alarms.sent(value);
      report(this.#alarmed[this.#transitions % points], value);
      this.#transitions += 1;
    });
    const latencies = await this.#alarms.all();
    await this.#settled();
    return latencies;
  }

  /** What is still on its way to the database must not burden the twin's turn. */
  async #settled(): Promise<void> {
    await Promise.all([...new Set([...this.#plain, ...this.#alarmed].map(({ session }) => session))].map((session) => session.settled()));
  }
}

function report(source: Source | undefined, value: number): void {
  source?.session.push((seq) => JSON.stringify([FRAME.data, 'main', seq, 0, Date.now(), [[source.alias, value, 0, 0]]]));
}

const probe = new LiveProbe();
serveParent<LiveRequest>((request) => {
  if (request.kind === 'open') return probe.open(request);
  return request.kind === 'values' ? probe.values(request) : probe.alarms(request);
});
