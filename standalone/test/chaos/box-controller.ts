import type { HostedPoint, Point } from '@cupola/contracts';
import {
  type Controller,
  type ControllerState,
  createController,
  type Credential,
  fileHostStore,
  memoryCredentials,
  memoryStream,
  type OutputWrite,
  type PointDefinition,
} from '@cupola/device-client';
import type { Dice } from './dice.js';
import { HostWitness } from './host-witness.js';

/** Steps of a damper drive that is coarser than the model thinks: what it cannot hold exactly comes back changed. */
const COARSE_STEP = 0.5;
/** Reported values wait a tenth of a second for company. */
const GATHERED_WITHIN_MS = 300;
/** Level of a local hand switch. */
const HAND_SWITCH = 5;

export interface BoxOptions {
  readonly gateway: string;
  readonly credential: Credential;
  readonly points: readonly Point[];
  /** File that keeps the priority arrays. */
  readonly hostFile: string;
  readonly dice: Dice;
  /** Somebody holds the zone setpoint at the box itself. */
  readonly hasHandSwitch: boolean;
}

/** An air box and its controller, which can be restarted in good order or lose its power in the middle of anything. */
export class BoxController {
  readonly witness: HostWitness;
  readonly streams = { live: memoryStream(), backfill: memoryStream() };
  /** What the drives stand at: they do not forget without power. */
  readonly #drives = new Map<string, number>();
  #controller: Controller | null = null;
  #die: () => Promise<void> = () => Promise.resolve();
  #reportedAt = 0;
  /** Whether drives refuse now and then. */
  #isWorn = true;

  constructor(private readonly options: BoxOptions) {
    this.witness = new HostWitness(fileHostStore(options.hostFile));
  }

  get hosted(): readonly HostedPoint[] {
    return this.#running.hosted;
  }

  get state(): ControllerState {
    return this.#running.state;
  }

  get isOnline(): boolean {
    return this.state.link === 'online';
  }

  /** Brings the box to life for the first time. */
  async install(): Promise<void> {
    const zoneSetpoint = this.options.points.find(({ key }) => key.endsWith('Zone_Air_Temp_Setpoint'));
    if (this.options.hasHandSwitch && zoneSetpoint !== undefined) {
      const slot = { value: 19.5, commandId: null, since: Date.now(), until: null };
      await fileHostStore(this.options.hostFile).save({ arrays: { [zoneSetpoint.key]: { [HAND_SWITCH]: slot } }, readSeq: 0, answers: [], ended: [] });
    }
    await this.start();
  }

  async start(): Promise<void> {
    const { store, die } = this.witness.life();
    let isAlive = true;
    this.#die = () => {
      isAlive = false;
      return die();
    };
    const { gateway, credential, points, dice } = this.options;
    this.#controller = createController({
      gateway,
      credentials: memoryCredentials(credential),
      points: points.map(definition),
      streams: this.streams,
      host: store,
      onWrite: (write) => (isAlive ? this.#drive(write) : new Promise<number>(() => undefined)),
      onRead: (key) => this.#drives.get(key) ?? null,
      // Reconnects are spread over seconds, not minutes: a proof has no hour to wait.
      random: () => dice.next() * 0.01,
    });
    await this.#controller.start();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Without power: what was not written down yet never will be, and the drives stay where they are. */
  async losePower(): Promise<void> {
    const written = this.#die();
    // It waits for ever for what was under way; its sockets and timers end at once.
    void this.#running.stop();
    await written;
    await this.start();
  }

  stop(): Promise<void> {
    return this.#running.stop();
  }

  /** From now on every drive does what it is told. */
  repair(): void {
    this.#isWorn = false;
  }

  report(key: string, value: number, sourceTime: number): void {
    this.#running.report(key, value, { sourceTime });
    this.#reportedAt = Date.now();
  }

  /** Frames that the server has not acknowledged. */
  get unacknowledged(): number {
    return this.#running.unacknowledged;
  }

  /** Everything that was reported has become a frame, and every frame is stored at the server. */
  get isIdle(): boolean {
    return this.isOnline && this.unacknowledged === 0 && Date.now() > this.#reportedAt + GATHERED_WITHIN_MS;
  }

  get #running(): Controller {
    if (this.#controller === null) throw new Error('the controller was not started');
    return this.#controller;
  }

  #drive({ key, value }: OutputWrite): number {
    if (this.#isWorn && key.endsWith('Supply_Air_Temp_Setpoint') && this.options.dice.chance(0.1)) throw new Error('the drive is stuck');
    this.#drives.set(key, value);
    return value;
  }
}

function definition({ key, kind, unit, states, writable }: Point): PointDefinition {
  return {
    key,
    kind,
    writable,
    ...(unit === null ? {} : { unit }),
    ...(states === null || states === undefined ? {} : { states: [...states] }),
    ...(key.endsWith('Damper_Command') ? { resolution: COARSE_STEP } : {}),
    ...(writable ? { relinquishDefault: kind === 'analog' ? 20 : 0 } : {}),
  };
}
