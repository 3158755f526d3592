import type { Claim, Controller, Point, SiteTree } from '@cupola/contracts';
import { findBrowser, waitFor } from '@cupola/testing';
import { chromium, type Page } from 'playwright-core';
import type { Benchmark, BenchmarkContext } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import { startFurnished } from '../latency/furnished-product.js';
import { RestSession } from '../latency/rest-session.js';
import { figure, interleave, percentile } from '../measure.js';
import { ADMIN_PASSWORD } from '../product.js';
import { busyFloor, POINTS, ROOMS, SITE } from './busy-floor.js';
import { frameTimes } from './frames.js';
import type { LoadRequest, LoadResult, UnclaimedController } from './load-messages.js';

const COUNTED_RUNS = 5;
const RUN_MS = 10_000;
const PER_SECOND = 1000;
const LIMIT_MS = 20;
const BROWSER = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

type Load = ChildProgram<LoadRequest, LoadResult | null>;

/** B18: a floor with 500 points that change 1,000 times a second, in a real browser, beside an empty page in the same browser under the same load. */
export const consoleBenchmark: Benchmark = {
  name: 'console',
  measures: 'B18 console: 500 points at 1,000 changes a second in Chromium, frame p99',
  async run(context) {
    await using cleanup = new AsyncDisposableStack();
    const { product } = await startFurnished(context, cleanup, () => Promise.resolve());
    const load: Load = ChildProgram.start('console/building-load.js');
    cleanup.defer(() => load.stop());
    const { floor, temperatures } = await furnish(product, load);
    const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER });
    cleanup.defer(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    await logIn(page, product.console);
    await load.ask({ kind: 'begin', perSecond: PER_SECOND });
    const figures = await measure(page, `${product.console}/floors/${floor}`, context);
    await page.goto(`${product.console}/floors/${floor}`);
    const ended = await load.ask({ kind: 'end' });
    await expectLastValues(page, new Map(ended?.last), temperatures);
    context.log(`${ended?.sent} changes were sent; the plan shows the last value of each of its ${ROOMS} rooms`);
    return figures;
  },
};

/** Imports the floor and brings a controller online for each of its boxes, through the public API. */
async function furnish({ console, gateway }: { console: string; gateway: string }, load: Load): Promise<{ floor: string; temperatures: string[] }> {
  const admin = await RestSession.login(console);
  const { id } = await admin.post<{ id: string }>(`/imports?${new URLSearchParams({ site: SITE, unitSystem: 'metric', timeZone: 'UTC' })}`, busyFloor(), 'text/turtle');
  await admin.post(`/imports/${id}/apply`);
  const site = (await admin.get<{ items: SiteTree[] }>('/sites')).items.find(({ name }) => name === SITE);
  const building = site?.buildings[0];
  if (!site || !building) throw new Error('the floor was not imported');
  const { items: points } = await admin.get<{ items: Point[] }>('/points?limit=1000');
  if (points.length !== POINTS) throw new Error(`there are ${points.length} points`);
  const { items: equipment } = await admin.get<{ items: { id: string; name: string }[] }>(`/equipment?building=${building.id}&limit=1000`);
  const [controllers, ids]: [UnclaimedController[], string[]] = [[], []];
  for (const box of equipment) {
    const body = { name: box.name, type: 'bench', site: site.id, building: building.id, equipment: box.id };
    const { controller, claim } = await admin.post<{ controller: Controller; claim: Claim }>('/controllers', body);
    ids.push(controller.id);
    controllers.push({ slot: claim.slot, claimCode: claim.claimCode, points: points.filter((point) => point.equipment?.id === box.id) });
  }
  await load.ask({ kind: 'enrol', gateway, controllers });
  for (const controller of ids) await admin.post(`/controllers/${controller}/confirm`);
  await load.ask({ kind: 'connect' });
  return { floor: building.floors[0]?.id ?? '', temperatures: points.filter(({ key }) => key.endsWith('Zone_Air_Temp')).map((point) => point.id) };
}

async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('User name').fill('admin');
  await page.getByLabel('Password').fill(ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

async function measure(page: Page, floor: string, { log }: BenchmarkContext) {
  log(`B18: an empty page and the floor take turns, ${RUN_MS / 1000} s each, at ${PER_SECOND} changes a second`);
  const p99 = async (): Promise<number> => percentile(await frameTimes(page, RUN_MS), 0.99);
  const empty = async (): Promise<number> => {
    await page.goto('about:blank');
    return p99();
  };
  const busy = async (): Promise<number> => {
    await page.goto(floor);
    await page.waitForFunction((rooms) => document.querySelectorAll('.room:not(.doubt)').length === rooms, ROOMS);
    return p99();
  };
  return [
    figure({
      ...{ name: `B18 console, ${POINTS} points at ${PER_SECOND}/s, frame p99`, unit: 'ms', target: LIMIT_MS, better: 'lower', judged: 'ours' },
      ...(await interleave(COUNTED_RUNS, empty, busy)),
      notes: [`${POINTS / ROOMS} points in each of ${ROOMS} rooms, each room a controller's session; raw is an empty page in the same browser while the same changes go through the product`],
    }),
  ];
}

/** What the screen shows is true: a change that was lost on the way would still stand there. */
async function expectLastValues(page: Page, last: ReadonlyMap<string, number>, temperatures: readonly string[]): Promise<void> {
  const expected = temperatures.map((point) => (last.get(point) ?? NaN).toFixed(1)).sort();
  const shown = async (): Promise<string[]> => (await page.locator('.room .value').allTextContents()).map((text) => Number.parseFloat(text).toFixed(1)).sort();
  await waitFor(async () => JSON.stringify(await shown()) === JSON.stringify(expected), { timeoutMs: 30_000, intervalMs: 200 });
}
