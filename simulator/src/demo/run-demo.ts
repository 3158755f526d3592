import { setTimeout as wait } from 'node:timers/promises';
import { CallerError } from '../product/caller-error.js';
import { inParallel } from '../product/in-parallel.js';
import { letIn } from '../product/let-in.js';
import { ProductApi } from '../product/product-api.js';
import { provision, type Workshop } from '../product/provisioning.js';
import { type Assignment, findController, readAssignments, readControllers } from '../product/roster.js';
import { backgroundFaults } from './background-faults.js';
import { DEMO_FIRMWARE, DEMO_MODEL, DemoController } from './demo-controller.js';
import { defineAlarms, drawHouse, importHouse } from './found-building.js';
import { simulationDesk } from './house/desk.js';
import { EQUIPMENT, type Equipment } from './house/equipment.js';
import { type Circumstances, LivingHouse, SEED } from './living-house.js';
import { Network } from './network.js';
import type { DemoSettings } from './settings.js';
import { StateFiles } from './state-files.js';

const TICK_MS = 1000;
const SAVE_EVERY_MS = 60_000;
const PROVISIONED_AT_ONCE = 6;

type Say = (line: string) => void;

/** Founds Cupola House in the product if need be, and lets it live until the signal ends it. Rejects with CallerError, or the abort's reason. */
export async function runDemo(settings: DemoSettings, signal: AbortSignal, say: Say): Promise<never> {
  const onOutage = (isDown: boolean) => say(isDown ? 'the product is away, waiting for it' : 'the product is back');
  const api = new ProductApi({ ...settings, onOutage, signal });
  const place = await importHouse(api, settings.site, say);
  await drawHouse(api, place);
  await defineAlarms(api, place);
  const files = new StateFiles(settings.stateFolder, place.buildingId);
  const workshop: Workshop = {
    ...{ api, gateway: settings.gateway, place, firmware: DEMO_FIRMWARE, model: DEMO_MODEL, signal, serialPrefix: 'CH' },
    credentials: (controllerId) => files.credentials(controllerId),
  };
  const now = Date.now();
  const commanded = await files.readCommanded(now);
  const house = new LivingHouse(now, await files.readHouse(), circumstances(now, commanded, settings));
  const members = await provisionAll({ workshop, files, house, settings, commanded, say });
  say(`Cupola House lives: ${members.length} controllers, ${members.reduce((sum, { equipment }) => sum + equipment.points.length, 0)} points`);
  return live({ house, members, files, settings, signal, say });
}

/** What the house meets besides what is `commanded`. */
function circumstances(now: number, commanded: ReadonlyMap<string, number>, { hasBackgroundFaults, speed }: DemoSettings): Circumstances {
  return { commanded, background: hasBackgroundFaults ? backgroundFaults(now, SEED) : new Set(), restingSpeed: speed };
}

interface Founding {
  readonly workshop: Workshop;
  readonly files: StateFiles;
  readonly house: LivingHouse;
  readonly settings: DemoSettings;
  /** In force since an earlier run. */
  readonly commanded: ReadonlyMap<string, number>;
  readonly say: Say;
}

async function provisionAll({ workshop, files, house, settings, commanded, say }: Founding): Promise<DemoController[]> {
  const controllers = await readControllers(workshop.api, workshop.place);
  const boxes = withEquipment(await readAssignments(workshop.api, workshop.place), settings.speed);
  if (controllers.length === 0) say(`registering and claiming ${boxes.length} controllers`);
  const mending = new Set<DemoController>();
  return inParallel(boxes, PROVISIONED_AT_ONCE, async ({ equipment, assignment }) => {
    const known = findController(controllers, assignment);
    const provisioned = await provision(workshop, assignment, known);
    const member = new DemoController(equipment, provisioned, {
      ...{ gateway: settings.gateway, host: files.arrays(provisioned.controllerId), read: (key) => house.readings.get(key) ?? null, commandedBefore: commanded },
      onLockedOut: (lockedOut, state) => {
        if (state.link === 'halted') return say(`${equipment.id} was told to stop: ${state.detail}`);
        if (mending.has(lockedOut)) return;
        mending.add(lockedOut);
        letIn(workshop, provisioned, lockedOut.controller, state)
          .catch((error: unknown) => say(`${equipment.id} is not let in: ${(error as Error).message}`))
          .finally(() => mending.delete(lockedOut));
      },
    });
    // A controller that the product has never heard of brings what its house did before.
    if (known === undefined) for (const { time, readings } of house.past) member.remember(readings, time);
    return member;
  });
}

/** What the product calls equipment by its own names is found by the points' keys. */
function withEquipment(assignments: readonly Assignment[], speed: number): { equipment: Equipment; assignment: Assignment }[] {
  const byId = new Map([...EQUIPMENT, simulationDesk(speed)].map((equipment) => [equipment.id, equipment]));
  const found = assignments.flatMap((assignment) => {
    const equipment = byId.get(assignment.points[0]?.key.split('.')[0] ?? '');
    return equipment === undefined ? [] : [{ equipment, assignment }];
  });
  if (found.length !== byId.size) throw new CallerError(`The product has ${found.length} of the ${byId.size} pieces of equipment of Cupola House.`);
  return found;
}

interface Life {
  readonly house: LivingHouse;
  readonly members: readonly DemoController[];
  readonly files: StateFiles;
  readonly settings: DemoSettings;
  readonly signal: AbortSignal;
  readonly say: Say;
}

async function live({ house, members, files, settings, signal, say }: Life): Promise<never> {
  const network = new Network(members, (error) => say(`a controller does not start: ${(error as Error).message}`));
  let savedAt = Number.NEGATIVE_INFINITY;
  try {
    for (;;) {
      const now = Date.now();
      const commanded = new Map(members.flatMap((member) => member.commanded()));
      house.live(now, circumstances(now, commanded, settings));
      network.follow(house.faults);
      for (const member of members) member.report(house.readings, now);
      if (now - savedAt >= SAVE_EVERY_MS) {
        savedAt = now;
        await files.writeHouse(house.kept);
      }
      await wait(TICK_MS, undefined, { signal });
    }
  } finally {
    await files.writeHouse(house.kept);
    await network.stop();
  }
}
