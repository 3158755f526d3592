import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claim, Controller as RegisteredController, ImportReport, Point, SiteTree } from '@cupola/contracts';
import { enrol } from '@cupola/device-client';
import { waitFor } from '@cupola/testing';
import { afterwards, PATIENTLY } from '../scene.js';
import { BoxController } from './box-controller.js';
import { boxesModel, boxName } from './boxes-model.js';
import type { Dice } from './dice.js';
import type { OperatorConsole } from './operator-console.js';

export interface Box {
  readonly name: string;
  readonly points: readonly Point[];
  readonly controller: BoxController;
}

/** A building with one air box and one controller to a room, all claimed, confirmed and online. */
export async function buildSite(console: OperatorConsole, gateway: string, boxes: number, dice: Dice): Promise<Box[]> {
  const report = await console.post<ImportReport>('/imports?site=Campus&unitSystem=metric', boxesModel(boxes));
  await console.post(`/imports/${report.id}/apply`);
  const points = await console.all<Point>('/points');
  const site = (await console.get<{ items: SiteTree[] }>('/sites')).items[0];
  const folder = await mkdtemp(join(tmpdir(), 'cupola-boxes-'));
  afterwards(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  const built = [];
  for (let box = 1; box <= boxes; box += 1) {
    const own = points.filter(({ equipment }) => equipment?.name === boxName(box));
    const place = { name: boxName(box), type: 'vav', site: site?.id, building: own[0]?.building.id, equipment: own[0]?.equipment?.id };
    const hostFile = join(folder, `box-${box}.json`);
    built.push(await bringOnline(console, { gateway, place, points: own, hostFile, dice: dice.fork(), hasHandSwitch: box % 5 === 0 }));
  }
  return built;
}

interface Installed {
  readonly gateway: string;
  readonly place: { readonly name: string };
  readonly points: readonly Point[];
  readonly hostFile: string;
  readonly dice: Dice;
  readonly hasHandSwitch: boolean;
}

async function bringOnline(console: OperatorConsole, { place, points, gateway, hostFile, dice, hasHandSwitch }: Installed): Promise<Box> {
  const { controller: registered, claim } = await console.post<{ controller: RegisteredController; claim: Claim }>('/controllers', place);
  const credential = await enrol(gateway, { slot: claim.slot, claimCode: claim.claimCode, serial: `SN-${place.name}` });
  const controller = new BoxController({ gateway, credential, points, hostFile, dice, hasHandSwitch });
  afterwards(() => controller.stop());
  await controller.install();
  await console.post(`/controllers/${registered.id}/confirm`);
  const box = { name: place.name, points, controller };
  await areOnline([box]);
  return box;
}

/** Resolves once every controller is connected; says which one is not, and why. */
export async function areOnline(boxes: readonly Box[]): Promise<void> {
  const isOnline = ({ name, controller }: Box) => {
    const { link, detail, code, retryInMs } = controller.state;
    if (link !== 'online') throw new Error(`${name} is ${link}: ${detail} (${code}), and tries again in ${retryInMs} ms`);
    return true;
  };
  await waitFor(() => boxes.every(isOnline), PATIENTLY);
}
