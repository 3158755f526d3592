import { createController, enrol, memoryCredentials, type Controller } from '@cupola/device-client';
import { waitFor } from '@cupola/testing';
import { serveParent } from '../serve-parent.js';
import type { LoadRequest, LoadResult, UnclaimedController } from './load-messages.js';

const TICK_MS = 10;
const PATIENTLY = { timeoutMs: 60_000 };

interface Source {
  controller: Controller;
  key: string;
  pointId: string;
}

/** A building full of controllers as device-client makes them, in a process of its own. */
class BuildingLoad {
  readonly #controllers: Controller[] = [];
  readonly #sources: Source[] = [];
  readonly #last = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  async enrol(gateway: string, controllers: readonly UnclaimedController[]): Promise<void> {
    for (const each of controllers) this.#add(each, await this.#enrol(gateway, each));
    // Neighbours in time are of different controllers.
    const byPlace = this.#controllers.map((controller) => this.#sources.filter((source) => source.controller === controller));
    this.#sources.splice(0, this.#sources.length, ...(byPlace[0] ?? []).flatMap((_, index) => byPlace.flatMap((sources) => sources[index] ?? [])));
  }

  async #enrol(gateway: string, { slot, claimCode, points }: UnclaimedController): Promise<Controller> {
    const credential = await enrol(gateway, { slot, claimCode, serial: `SN-${slot}` });
    return createController({
      gateway,
      credentials: memoryCredentials(credential),
      points: points.map(({ key, kind, unit, states }) => ({ key, kind, intervalMs: 1000, ...(unit === null ? {} : { unit }), ...(states === null ? {} : { states }) })),
    });
  }

  #add({ points }: UnclaimedController, controller: Controller): void {
    this.#controllers.push(controller);
    this.#sources.push(...points.map(({ id, key }) => ({ controller, key, pointId: id })));
  }

  async connect(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.start()));
    await waitFor(() => this.#controllers.every(({ state }) => state.link === 'online'), PATIENTLY);
  }

  begin(perSecond: number): void {
    const began = performance.now();
    const before = this.#sent;
    this.#timer = setInterval(() => {
      const due = before + Math.floor(((performance.now() - began) * perSecond) / 1000);
      while (this.#sent < due) this.#change();
    }, TICK_MS);
  }

  /** Values move, so that every change is one on the screen. */
  #change(): void {
    const source = this.#sources[this.#sent % this.#sources.length];
    this.#sent += 1;
    if (!source) return;
    const value = 20 + ((this.#sent * 7) % 99) / 10;
    this.#last.set(source.pointId, value);
    source.controller.report(source.key, value);
  }

  end(): LoadResult {
    clearInterval(this.#timer);
    return { sent: this.#sent, last: [...this.#last] };
  }
}

const load = new BuildingLoad();
serveParent<LoadRequest>(async (request) => {
  if (request.kind === 'enrol') await load.enrol(request.gateway, request.controllers);
  else if (request.kind === 'connect') await load.connect();
  else if (request.kind === 'begin') load.begin(request.perSecond);
  return request.kind === 'end' ? load.end() : null;
});
