import type { LossReport, SlotsChanged, Subdevice, SubdevicesChanged } from '@cupola/contracts';
import { CallRefusal } from './call-refusal.js';
import type { CancelTimer, DeviceClock } from './clock.js';
import type { LossReports } from './loss-reports.js';
import type { SlotReports } from './slot-reports.js';
import { Subdevices } from './subdevices.js';

/** A CALL to the server. Rejects when the server did not take it. */
type Call = (action: 'slots.changed' | 'loss.report' | 'subdevices.changed', payload: SlotsChanged | LossReport | SubdevicesChanged) => Promise<unknown>;

/** How soon what the server did not take is told again. */
const AGAIN_MS = 10_000;
/** What an older gateway answers to news that it has no ear for. */
const NOT_UNDERSTOOD = 'UNKNOWN_ACTION';

/** What a controller has to tell without being asked: its priority arrays, its sub-devices, what its store had to drop. */
export class Announcements {
  readonly subdevices: Subdevices;
  #call: Call | null = null;
  #tellsSlots = false;
  #cancel: CancelTimer = () => undefined;

  constructor(
    private readonly clock: DeviceClock,
    readonly slots: SlotReports,
    private readonly losses: LossReports,
    initial: readonly Subdevice[],
    private readonly onProblem: (error: Error) => void,
  ) {
    this.subdevices = new Subdevices(initial);
  }

  /** A session that is accepted. */
  begin(call: Call): void {
    this.#call = call;
    this.tell();
  }

  /** The arrays hold what the server intends. Its mirror of them may be older than this host's life. */
  beginSlots(): void {
    this.#tellsSlots = true;
    this.slots.markAll();
    this.tell();
  }

  end(): void {
    this.#call = null;
    this.#tellsSlots = false;
    this.#cancel();
  }

  /** Tells whatever is untold, now if there is a session. What is not taken is told again, in this session or the next. */
  tell(): void {
    const call = this.#call;
    if (call === null) return;
    this.#cancel();
    const told = [
      ...(this.#tellsSlots ? [this.slots.send((payload) => call('slots.changed', payload))] : []),
      this.subdevices.send((payload) => call('subdevices.changed', payload)),
      this.losses.send((payload) => call('loss.report', payload)),
    ];
    for (const one of told) one.catch((error: unknown) => this.#failed(call, error));
  }

  #failed(call: Call, error: unknown): void {
    if (error instanceof CallRefusal && error.code === NOT_UNDERSTOOD) return;
    this.onProblem(error instanceof Error ? error : new Error(String(error)));
    if (this.#call !== call) return;
    this.#cancel();
    this.#cancel = this.clock.setTimeout(() => this.tell(), AGAIN_MS);
  }
}
