import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Hello, HostedPoint, Welcome } from '@cupola/contracts';
import { encodeQuality } from '@cupola/domain';
import { afterClose, afterRefusal, type Plan } from './after-failure.js';
import { ArrayHost, type HostChange } from './array-host.js';
import { CallDesk } from './call-desk.js';
import { CallRefusal } from './call-refusal.js';
import { monotonic, systemClock, type CancelTimer, type DeviceClock } from './clock.js';
import type { Credential } from './credentials.js';
import { FrameSender } from './frame-sender.js';
import { GatewayRefusal, requestTicket } from './gateway-http.js';
import { HostMemory } from './host-memory.js';
import { memoryHostStore } from './host-store.js';
import { LinkClock } from './link-clock.js';
import { memoryStream } from './memory-stream.js';
import type { ControllerEvents, ControllerOptions, ControllerState, ReportOptions } from './options.js';
import { OutgoingCalls } from './outgoing-calls.js';
import { PointList } from './point-list.js';
import { uploadPoints } from './point-upload.js';
import { replayRequest } from './replay-request.js';
import { ReportBuffer } from './report-buffer.js';
import { RetrySchedule, STABLE_SESSION_MS } from './retry-schedule.js';
import { Session, type SessionListener } from './session.js';
import { SlotReports } from './slot-reports.js';

/** How long a closing handshake may take before the socket is cut. */
const CLOSE_WITHIN_MS = 2000;
/** How soon a report of the priority arrays that the server did not take is repeated. */
const SLOTS_AGAIN_MS = 10_000;
const STOPPED: ControllerState = { link: 'stopped', detail: 'stopped', code: null, retryInMs: null };

/** Makes a controller; nothing happens before `start()`. Throws when the point list is invalid. */
export function createController(options: ControllerOptions): Controller {
  return new Controller(options);
}

/** One controller: its session, its store-and-forward, and the priority arrays of its outputs. */
export class Controller extends EventEmitter<ControllerEvents> {
  readonly #clock: DeviceClock;
  readonly #random: () => number;
  readonly #points: PointList;
  readonly #streams;
  readonly #reports: ReportBuffer;
  readonly #sender: FrameSender;
  readonly #link: LinkClock;
  readonly #calls: OutgoingCalls;
  readonly #memory: HostMemory;
  readonly #host: ArrayHost;
  readonly #desk: CallDesk;
  readonly #slots: SlotReports;
  readonly #retry: RetrySchedule;
  readonly #last = new Map<string, { value: number | null; quality: number }>();
  readonly #bootId = randomUUID();
  readonly #bootedAt: number;
  #state = STOPPED;
  #credential: Credential | null = null;
  #session: Session | null = null;
  #sessionEnded: Promise<void> = Promise.resolve();
  #cancelTimer: CancelTimer = () => undefined;
  #cancelStable: CancelTimer = () => undefined;
  #cancelSlots: CancelTimer = () => undefined;
  /** Grows with every start and stop: what an earlier run still had under way finds that it is over. */
  #run = 0;
  #abort = new AbortController();

  constructor(private readonly options: ControllerOptions) {
    super();
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#bootedAt = monotonic(this.#clock);
    this.#points = new PointList(options.points);
    const { live = memoryStream(), backfill = memoryStream(), recordings = [] } = options.streams ?? {};
    this.#streams = { 0: live, 1: backfill } as const;
    this.#reports = new ReportBuffer(this.#streams, this.#clock, () => this.wake());
    this.#sender = new FrameSender([live, ...recordings, backfill], this.#points, (acknowledged) => this.emit('acknowledged', acknowledged));
    this.#link = new LinkClock(this.#clock);
    this.#calls = new OutgoingCalls(this.#clock, this.#link);
    this.#memory = new HostMemory(options.host ?? memoryHostStore());
    this.#host = new ArrayHost(this.#points, this.#memory, this.#clock, this.#outputs(), (change) => this.#hostChanged(change));
    this.#slots = new SlotReports(this.#host, this.#memory);
    this.#desk = new CallDesk(this.#host, this.#memory, this.#link, {
      read: (key) => this.#readReported(key),
      replay: (payload) => replayRequest(payload, (stream, from, to) => this.#session?.repeat(stream, from, to) ?? { gone: null }),
    });
    this.#retry = new RetrySchedule(this.#random);
  }

  get state(): ControllerState {
    return this.#state;
  }

  /** Frames that the server has not acknowledged. */
  get unacknowledged(): number {
    return this.#sender.unacknowledged;
  }

  /** Server time minus the controller's clock in milliseconds; null before the first measurement. */
  get clockOffsetMs(): number | null {
    return this.#link.offsetMs;
  }

  /** The priority arrays as the host holds them now. */
  get hosted(): HostedPoint[] {
    return this.#host.all();
  }

  /** Drives the outputs, then connects and stays connected. Rejects only when a store cannot be read. */
  async start(): Promise<void> {
    if (this.#state.link !== 'stopped' && this.#state.link !== 'unclaimed') return;
    this.#run += 1;
    const run = this.#run;
    this.#abort = new AbortController();
    this.#become({ link: 'connecting', detail: 'starting', code: null, retryInMs: null });
    await this.#memory.load(this.#clock.now());
    await this.#host.start(this.options.keepsTime ?? true);
    this.#credential = await this.options.credentials.load();
    if (run !== this.#run) return;
    if (this.#credential === null) {
      return this.#become({ link: 'unclaimed', detail: 'no credential yet: claim the controller', code: null, retryInMs: null });
    }
    void this.#connect(run);
  }

  /** Ends the session and every timer. Whatever was reported is in its stream. */
  async stop(): Promise<void> {
    this.#run += 1;
    this.#abort.abort();
    this.#cancelTimer();
    this.#cancelStable();
    this.#reports.flush();
    const cancel = this.#session === null ? () => undefined : this.#clock.setTimeout(() => this.#session?.terminate(), CLOSE_WITHIN_MS);
    this.#session?.close();
    await this.#sessionEnded;
    cancel();
    await this.#desk.settled();
    await this.#host.stop();
    this.#become(STOPPED);
  }

  /**
   * Reports a value: stored first, sent when the link allows it, kept until acknowledged.
   * Throws RangeError on an unknown key, NaN or Infinity.
   */
  report(key: string, value: number | null, options: ReportOptions = {}): void {
    if (this.#points.find(key) === undefined) throw new RangeError(`this controller has no point ${key}`);
    if (value !== null && !Number.isFinite(value)) throw new RangeError(`${key}: ${value} is not a finite number; report null with a quality instead`);
    const { sourceTime = this.#clock.now(), quality = 0, lane = this.#session?.isAccepted ? 0 : 1 } = options;
    if (!Number.isFinite(sourceTime)) throw new RangeError(`${key}: the source time ${sourceTime} is no time`);
    this.#last.set(key, { value, quality });
    this.#reports.add(lane, [key, value, quality, Math.round(sourceTime)]);
  }

  /** Sends what has become ready in a recording. */
  wake(): void {
    this.#session?.pump();
  }

  async #connect(run: number): Promise<void> {
    if (run !== this.#run || this.#credential === null) return;
    this.#become({ link: 'connecting', detail: 'asking for a ticket', code: null, retryInMs: null });
    try {
      const ticket = await requestTicket(this.options.gateway, this.#credential, this.#bootId, 'session', this.#abort.signal);
      this.#retry.use(ticket.retry);
      if (run !== this.#run) return;
      this.#sessionEnded = new Promise((resolve) => {
        const parts = { clock: this.#clock, link: this.#link, sender: this.#sender, desk: this.#desk, calls: this.#calls };
        this.#session = new Session(parts, ticket, this.#listener(run, resolve));
      });
    } catch (error) {
      if (run !== this.#run) return;
      const refusal = error instanceof GatewayRefusal ? error : null;
      const said = refusal?.message ?? `the gateway at ${this.options.gateway} does not answer`;
      this.#later(run, afterRefusal(refusal, this.#retry, this.#random), said, refusal?.status ?? null);
    }
  }

  #listener(run: number, resolve: () => void): SessionListener {
    return {
      hello: () => this.#hello(),
      welcomed: (welcome) => this.#welcomed(welcome, run),
      complained: (code, text) => this.emit('problem', new CallRefusal(code, `the gateway says: ${text}`)),
      ended: (end) => {
        this.#session = null;
        this.#cancelStable();
        this.#cancelSlots();
        resolve();
        if (run !== this.#run) return;
        const plan = end.refusal ? afterRefusal(end.refusal, this.#retry, this.#random) : afterClose(end, this.#retry, this.#random);
        this.#later(run, plan, end.refusal?.message ?? (end.reason || `the session ended with code ${end.code}`), end.refusal?.status ?? end.code);
      },
    };
  }

  #later(run: number, plan: Plan, detail: string, code: number | null): void {
    this.#become({ link: plan.kind === 'retry' ? 'waiting' : 'halted', detail, code, retryInMs: plan.delayMs });
    this.#cancelTimer = this.#clock.setTimeout(() => void this.#connect(run), plan.delayMs);
  }

  #hello(): Hello {
    return {
      deviceId: this.#credential?.deviceId ?? '',
      bootId: this.#bootId,
      firmware: this.options.firmware ?? '',
      model: this.options.model ?? '',
      points: this.#points.forHello(),
      streams: this.#sender.forHello(),
      subdevices: [],
      clock: { now: Math.round(this.#clock.now()), source: 'system', uptimeMs: Math.round(monotonic(this.#clock) - this.#bootedAt) },
      caps: {},
    };
  }

  #welcomed(welcome: Welcome, run: number): void {
    this.#retry.use(welcome.retry);
    if (welcome.status === 'rejected') return;
    if (welcome.points.wanted) this.#sendPoints(run);
    if (welcome.status === 'pending') {
      return this.#become({ link: 'pending', detail: 'a technician has yet to confirm this controller', code: null, retryInMs: null });
    }
    this.#cancelStable();
    this.#cancelStable = this.#clock.setTimeout(() => this.#retry.reset(), STABLE_SESSION_MS);
    this.#become({ link: 'online', detail: 'connected', code: null, retryInMs: null });
    this.#slots.markAll();
    this.#reportSlots();
  }

  #sendPoints(run: number): void {
    const credential = this.#credential;
    if (credential === null) return;
    uploadPoints({ gateway: this.options.gateway, credential, bootId: this.#bootId, points: this.#points, signal: this.#abort.signal })
      .then((quarantined) => {
        if (quarantined.length > 0) this.emit('quarantined', quarantined);
      })
      .catch((error: unknown) => {
        // The next session asks for the list again; a list that the server refuses stays refused until it is changed.
        if (run === this.#run) this.emit('problem', error instanceof Error ? error : new Error(String(error)));
      });
  }

  #outputs() {
    const missing = () => {
      throw new Error('this controller was made without onWrite');
    };
    return { write: this.options.onWrite ?? missing, ...(this.options.onRead ? { read: this.options.onRead } : {}) };
  }

  #hostChanged({ hosted, isOwnDoing, valueChanged }: HostChange): void {
    if (valueChanged) this.report(hosted.key, hosted.presentValue, { quality: hosted.quality });
    if (!isOwnDoing) return;
    this.#slots.mark(hosted.key);
    this.#reportSlots();
  }

  #reportSlots(): void {
    const session = this.#session;
    if (!session?.isAccepted) return;
    this.#cancelSlots();
    this.#slots
      .send((payload) => session.reportSlots(payload))
      .catch((error: unknown) => {
        // What was not taken stays marked and is sent again, in this session or the next.
        this.emit('problem', error instanceof Error ? error : new Error(String(error)));
        if (session.isAccepted) this.#cancelSlots = this.#clock.setTimeout(() => this.#reportSlots(), SLOTS_AGAIN_MS);
      });
  }

  #readReported(key: string): HostedPoint {
    const last = this.#last.get(key);
    if (this.#points.find(key) === undefined) throw new CallRefusal('NOT_FOUND', `this controller has no point ${key}`);
    const { value, quality } = last ?? { value: null, quality: encodeQuality('UNKNOWN') };
    return { key, slots: [], relinquishDefault: null, winner: null, presentValue: value, quality, readSeq: this.#memory.nextReadSeq() };
  }

  #become(state: ControllerState): void {
    this.#state = state;
    this.emit('state', state);
  }
}
