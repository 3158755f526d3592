import { createController, type Controller, type ControllerState, type HostStore } from '@cupola/device-client';
import { encodeQuality } from '@cupola/domain';
import { isLockedOut } from '../product/let-in.js';
import type { Provisioned } from '../product/provisioning.js';
import type { Equipment } from './house/equipment.js';
import type { Readings } from './model/readings.js';
import { definePoint } from './point-definitions.js';
import { isWorthReporting, type Reported, shown } from './report-on-change.js';

export const DEMO_MODEL = 'Cupola House';
export const DEMO_FIRMWARE = 'demo 1';
const FAULTY = encodeQuality('FAULT');

export interface DemoControllerOptions {
  readonly gateway: string;
  readonly host: HostStore;
  /** What a point of the house shows now. */
  readonly read: (key: string) => number | null;
  /** What was commanded in an earlier run and is in force until the host has taken its arrays up again, by key. */
  readonly commandedBefore: ReadonlyMap<string, number>;
  readonly onLockedOut: (member: DemoController, state: ControllerState) => void;
}

/** One controller of Cupola House: its session, and what it has said of its points. */
export class DemoController {
  readonly controller: Controller;
  readonly #said = new Map<string, Reported>();
  #hasTakenUp = false;

  constructor(
    readonly equipment: Equipment,
    readonly provisioned: Provisioned,
    private readonly options: DemoControllerOptions,
  ) {
    this.controller = createController({
      ...{ gateway: options.gateway, credentials: provisioned.credentials, host: options.host, model: DEMO_MODEL, firmware: DEMO_FIRMWARE },
      points: equipment.points.map((point) => definePoint(equipment, point)),
      onWrite: ({ key, value, level }) => {
        this.#hasTakenUp = true;
        // The house shows it with its next step; until then what was said before may be wrong either way.
        this.#said.delete(key);
        return level === null ? (options.read(key) ?? value) : value;
      },
      onRead: (key) => options.read(key),
    });
    this.controller.on('state', (state) => {
      if (isLockedOut(state)) options.onLockedOut(this, state);
    });
  }

  /** Values that somebody commands and that are still in force, by key. */
  commanded(): [string, number][] {
    if (!this.#hasTakenUp) {
      const { commandedBefore } = this.options;
      return this.equipment.points.map(({ suffix }) => `${this.equipment.id}.${suffix}`).flatMap((key) => {
        const value = commandedBefore.get(key);
        return value === undefined ? [] : [[key, value] as [string, number]];
      });
    }
    return this.controller.hosted.flatMap(({ key, slots }) => {
      const winner = slots.filter(({ remainingMs }) => remainingMs === null || remainingMs > 0).sort((a, b) => a.level - b.level)[0];
      return winner === undefined ? [] : [[key, winner.value] as [string, number]];
    });
  }

  /** Reports what has changed enough since it was said last. */
  report(readings: Readings, now: number): void {
    for (const { suffix, deadband = 0 } of this.equipment.points) {
      const key = `${this.equipment.id}.${suffix}`;
      const value = shown(readings.get(key) ?? null, deadband);
      if (!isWorthReporting(key, this.#said.get(key), value, deadband, now)) continue;
      this.#said.set(key, { value, at: now });
      this.controller.report(key, value, value === null ? { quality: FAULTY } : {});
    }
  }

  /** Reports what was measured before the controller was there. */
  remember(readings: Readings, sourceTime: number): void {
    for (const { suffix, deadband = 0 } of this.equipment.points) {
      const key = `${this.equipment.id}.${suffix}`;
      this.controller.report(key, shown(readings.get(key) ?? null, deadband), { sourceTime, lane: 1 });
    }
  }
}
