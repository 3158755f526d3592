import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Hello, HostedPoint, Subdevice, Welcome } from '@cupola/contracts';
import { NO_CLOCK } from '@cupola/domain';
import { afterClose, afterRefusal, type Plan } from './after-failure.js';
import { Announcements } from './announcements.js';
import { ArrayHost, type HostChange } from './array-host.js';
import { CallDesk } from './call-desk.js';
import { CallRefusal } from './call-refusal.js';
import { systemClock, type CancelTimer, type DeviceClock } from './clock.js';
import { Documents } from './documents.js';
import { FrameSender } from './frame-sender.js';
import { FrameTimes } from './frame-times.js';
import { GatewayRefusal } from './gateway-http.js';
import { HostMemory } from './host-memory.js';
import { memoryHostStore } from './host-store.js';
import { Identity } from './identity.js';
import { LastValues } from './last-values.js';
import { LinkClock } from './link-clock.js';
import { LossReports } from './loss-reports.js';
import { memoryStream } from './memory-stream.js';
import type { ControllerEvents, ControllerOptions, ControllerState, ReportOptions, SubdeviceState } from './options.js';
import { OutgoingCalls } from './outgoing-calls.js';
import { PointList } from './point-list.js';
import { uploadPoints } from './point-upload.js';
import { replayRequest } from './replay-request.js';
import { ReportBuffer } from './report-buffer.js';
import { RetrySchedule, STABLE_SESSION_MS } from './retry-schedule.js';
import { Session, type SessionListener } from './session.js';
import { SlotSet } from './slot-set.js';
import { SlotReports } from './slot-reports.js';
import type { Carries, Lane } from './stream.js';

/** How long a closing handshake may take before the socket is cut. */
const CLOSE_WITHIN_MS = 2000;
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
  readonly #last: LastValues;
  readonly #reports: ReportBuffer;
  readonly #sender: FrameSender;
  readonly #link: LinkClock;
  readonly #times: FrameTimes;
  readonly #calls: OutgoingCalls;
  readonly #identity: Identity;
  readonly #memory: HostMemory;
  readonly #host: ArrayHost;
  readonly #desk: CallDesk;
  readonly #documents: Documents;
  readonly #slotSet: SlotSet;
  readonly #news: Announcements;
  readonly #retry: RetrySchedule;
  #state = STOPPED;
  #session: Session | null = null;
  #sessionEnded: Promise<void> = Promise.resolve();
  #cancelTimer: CancelTimer = () => undefined;
  #cancelStable: CancelTimer = () => undefined;
  /** Grows with every start and stop: what an earlier run still had under way finds that it is over. */
  #run = 0;
  #abort = new AbortController();

  constructor(private readonly options: ControllerOptions) {
    super();
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#points = new PointList(options.points);
    const bootId = randomUUID();
    this.#link = new LinkClock(this.#clock);
    this.#times = new FrameTimes(this.#clock, this.#link, bootId, options.clockSource !== NO_CLOCK);
    this.#calls = new OutgoingCalls(this.#clock, this.#link);
    this.#identity = new Identity(options.gateway, options.credentials, bootId);
    this.#documents = new Documents(this.#clock, options.gateway, this.#identity);
    const { live = memoryStream(), backfill = memoryStream(), events = memoryStream(), recordings = [] } = options.streams ?? {};
    const streams: Record<Carries, typeof live> = { live, backfill, events };
    const together = (work: () => void) => (options.streams?.together === undefined ? work() : options.streams.together(work));
    this.#reports = new ReportBuffer({ streams, together }, this.#clock, () => this.#appended(), (error) => this.emit('problem', error));
    const data = [live, ...recordings, backfill].map((stream) => ({ stream, isEvents: false }));
    this.#sender = new FrameSender([{ stream: events, isEvents: true }, ...data], this.#points, this.#times, (acknowledged) => this.emit('acknowledged', acknowledged));
    this.#memory = new HostMemory(options.host ?? memoryHostStore());
    this.#last = new LastValues(this.#points, this.#memory);
    this.#host = new ArrayHost(this.#points, this.#memory, this.#clock, this.#outputs(), (change) => this.#hostChanged(change));
    this.#slotSet = new SlotSet(this.#clock, this.#host, this.#memory, this.#documents, (error) => this.emit('problem', error));
    const losses = new LossReports(streams, (streamId) => this.#sender.acknowledged(streamId));
    const subdevices = (options.subdevices ?? []).map((subdevice) => this.#since(subdevice));
    this.#news = new Announcements(this.#clock, new SlotReports(this.#host, this.#memory), losses, subdevices, (error) => this.emit('problem', error));
    this.#desk = new CallDesk(this.#host, this.#memory, this.#link, {
      read: (key) => this.#last.read(key),
      replay: (payload) => replayRequest(payload, (streamId, from, to) => this.#session?.repeat(streamId, from, to) ?? null),
      rotate: (payload) => this.#identity.rotate(payload),
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

  /** Milliseconds since this controller was made: what a controller without a clock counts its times by. */
  get uptimeMs(): number {
    return this.#times.uptimeMs;
  }

  /** Drives the outputs, then connects and stays connected. Rejects only when a store cannot be read. */
  async start(): Promise<void> {
    if (this.#state.link !== 'stopped' && this.#state.link !== 'unclaimed') return;
    this.#run += 1;
    const run = this.#run;
    this.#abort = new AbortController();
    this.#become({ link: 'connecting', detail: 'starting', code: null, retryInMs: null });
    this.options.streams?.onDamage?.((problem) => this.emit('problem', problem));
    await this.#memory.load(this.#clock.now());
    await this.#host.start(this.#times.hasClock && (this.options.keepsTime ?? true));
    await this.#identity.load();
    if (run !== this.#run) return;
    if (this.#identity.deviceId === null) {
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
    this.#reports.stop();
    const cancel = this.#session === null ? () => undefined : this.#clock.setTimeout(() => this.#session?.terminate(), CLOSE_WITHIN_MS);
    this.#session?.close();
    await this.#sessionEnded;
    cancel();
    this.#host.hurry();
    await this.#desk.settled();
    await this.#host.stop();
    this.#become(STOPPED);
  }

  /**
   * Reports a value in the point's unit: stored first, sent when the link allows it, kept until acknowledged. A point that the list marks as
   * `event` goes the way of `reportEvent`.
   * Throws RangeError on an unknown key, NaN, Infinity, or a source time that is none.
   */
  report(key: string, value: number | null, options: ReportOptions = {}): void {
    const lane = this.#laneOf(options);
    const isEvent = this.#points.find(key)?.event === true;
    this.#add(isEvent ? 'events' : lane === 0 ? 'live' : 'backfill', lane, key, value, options);
  }

  /**
   * Reports a transition that must not be lost or late (a trip, an alarm, a door): it is on its way at once, before all
   * telemetry, and the last thing that a full store lets go of. For single values of a point that is no event otherwise. Throws
   * RangeError as `report` does.
   */
  reportEvent(key: string, value: number | null, options: ReportOptions = {}): void {
    this.#add('events', this.#laneOf(options), key, value, options);
  }

  /** A sub-device changed its state; the server is told now or when the link is back. */
  setSubdevice(subdevice: SubdeviceState): void {
    if (this.#news.subdevices.set(this.#since(subdevice))) this.#news.tell();
  }

  /** Sends what has become ready in a recording. */
  wake(): void {
    this.#session?.pump();
  }

  #laneOf({ lane }: ReportOptions): Lane {
    return lane ?? (this.#session?.isAccepted ? 0 : 1);
  }

  #add(carries: Carries, lane: Lane, key: string, value: number | null, { sourceTime, quality = 0 }: ReportOptions): void {
    if (this.#points.find(key) === undefined) throw new RangeError(`this controller has no point ${key}`);
    if (value !== null && !Number.isFinite(value)) throw new RangeError(`${key}: ${value} is not a finite number; report null with a quality instead`);
    if (sourceTime !== undefined && !Number.isFinite(sourceTime)) throw new RangeError(`${key}: the source time ${sourceTime} is no time`);
    const { at, boot } = sourceTime === undefined ? this.#times.now() : { at: Math.round(sourceTime), boot: null };
    this.#last.note(key, value, quality);
    this.#reports.add(carries, { lane, boot, row: [key, value, quality, at] });
  }

  /** Something was stored: it goes out, unless the store was begun anew and a new HELLO has to name its streams first. */
  #appended(): void {
    if (this.#sender.isOutdated) this.#session?.close();
    this.wake();
    this.#news.tell();
  }

  #since({ id, state, since }: SubdeviceState): Subdevice {
    return { id, state, since: Math.round(since ?? this.#clock.now()) };
  }

  async #connect(run: number): Promise<void> {
    if (run !== this.#run) return;
    this.#become({ link: 'connecting', detail: 'asking for a ticket', code: null, retryInMs: null });
    try {
      const ticket = await this.#identity.ticket({ audience: 'session' }, this.#abort.signal);
      this.#retry.use(ticket.retry);
      if (run !== this.#run) return;
      this.#sessionEnded = new Promise((resolve) => {
        const parts = { clock: this.#clock, link: this.#link, sender: this.#sender, desk: this.#desk, calls: this.#calls, documents: this.#documents };
        this.#session = new Session(parts, ticket, this.#listener(run, resolve));
      });
    } catch (error) {
      if (run !== this.#run) return;
      const refusal = error instanceof GatewayRefusal ? error : null;
      const said = refusal?.message ?? `the gateway at ${this.options.gateway} does not answer: ${reasonOf(error)}`;
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
        this.#news.end();
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
    const { hasClock, uptimeMs, bootId } = this.#times;
    const { firmware = '', model = '', clockSource = 'system' } = this.options;
    return {
      deviceId: this.#identity.deviceId ?? '',
      ...{ bootId, firmware, model },
      points: this.#points.forHello(),
      streams: this.#sender.forHello(),
      subdevices: this.#news.subdevices.forHello(),
      clock: { now: hasClock ? Math.round(this.#clock.now()) : null, source: clockSource, uptimeMs },
      caps: {},
    };
  }

  #welcomed(welcome: Welcome, run: number): void {
    this.#retry.use(welcome.retry);
    if (welcome.status === 'rejected') return;
    this.#cancelStable();
    this.#cancelStable = this.#clock.setTimeout(() => this.#retry.reset(), STABLE_SESSION_MS);
    if (welcome.points.wanted) this.#sendPoints(run);
    if (welcome.status === 'pending') {
      return this.#become({ link: 'pending', detail: 'a technician has yet to confirm this controller', code: null, retryInMs: null });
    }
    this.#become({ link: 'online', detail: 'connected', code: null, retryInMs: null });
    this.#beginNews(welcome.desiredRev);
  }

  /** What the server intends comes first: a report of slots that a restart emptied would otherwise read as their release. */
  #beginNews(desiredRev: number): void {
    const session = this.#session;
    const catchingUp = this.#slotSet.catchUp(desiredRev, () => this.#calls.call('slots.pull', {}));
    if (catchingUp === null) this.#news.beginSlots();
    this.#news.begin((action, payload) => this.#calls.call(action, payload));
    if (catchingUp === null) return;
    this.#desk.hold(catchingUp.tried);
    catchingUp.taken.then(
      () => {
        if (session !== null && session === this.#session) this.#news.beginSlots();
      },
      (error: unknown) => this.emit('problem', asError(error)),
    );
  }

  #sendPoints(run: number): void {
    uploadPoints({ gateway: this.options.gateway, identity: this.#identity, points: this.#points, signal: this.#abort.signal })
      .then((quarantined) => {
        if (quarantined.length > 0) this.emit('quarantined', quarantined);
      })
      .catch((error: unknown) => {
        // The next session asks for the list again; a list that the server refuses stays refused until it is changed.
        if (run === this.#run) this.emit('problem', asError(error));
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
    this.#news.slots.mark(hosted.key);
    this.#news.tell();
  }

  #become(state: ControllerState): void {
    this.#state = state;
    this.emit('state', state);
  }
}

/** What kept the connection from being made: the system's word (`ECONNREFUSED`, `CERT_HAS_EXPIRED`) where it has one. */
function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : asError(error).message;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
