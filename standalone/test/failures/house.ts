import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackendConfig, createBackend, readBackendConfig, type RunningBackend } from '@cupola/backend';
import type { Claim, Controller as RegisteredController, ImportReport, Point, SiteTree } from '@cupola/contracts';
import { createDeviceGateway, readGatewayConfig, type RunningGateway } from '@cupola/device-gateway';
import { enrol } from '@cupola/device-client';
import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { createDatabase } from '@cupola/testing';
import { boxesModel, boxName } from '../chaos/boxes-model.js';
import { OperatorConsole, PASSWORD } from '../chaos/operator-console.js';
import { afterwards } from '../scene.js';

/** A controller that was registered, claimed and, unless said otherwise, confirmed; not connected yet. */
export interface Box {
  readonly id: string;
  readonly secret: string;
  readonly points: readonly Point[];
  /** The sensor's point. */
  readonly sensor: Point;
}

/** Backend and gateways in this process, wired as the product wires them, so that a test can come between any two of them. */
export class House {
  readonly gateways: RunningGateway[] = [];
  #boxes = 0;

  private constructor(
    readonly bus: MessageBus,
    public backend: RunningBackend,
    private readonly backendConfig: BackendConfig,
    public console: OperatorConsole,
  ) {}

  /** `backendBus`: what backend sees of the bus. */
  static async open(gateways = 1, boxes = 3, backendBus: (bus: MessageBus) => MessageBus = (bus) => bus): Promise<House> {
    const database = await createDatabase();
    afterwards(() => database.drop());
    const dataDir = await mkdtemp(join(tmpdir(), 'cupola-house-'));
    afterwards(() => rm(dataDir, { recursive: true, force: true }));
    const bus = createInMemoryBus();
    afterwards(() => bus.close());
    const config = readBackendConfig({ DATABASE_URL: database.url, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir, CUPOLA_ADMIN_PASSWORD: PASSWORD });
    const backend = await createBackend({ config, bus: backendBus(bus) });
    const house = new House(bus, backend, config, new OperatorConsole(backend.url));
    afterwards(() => house.backend.close());
    for (let count = 0; count < gateways; count += 1) await house.addGateway();
    await house.console.logIn();
    const report = await house.console.post<ImportReport>('/imports?site=Campus&unitSystem=metric', boxesModel(boxes));
    await house.console.post(`/imports/${report.id}/apply`);
    return house;
  }

  /** Another backend takes the place of the one that runs, over the same database. */
  async replaceBackend(): Promise<void> {
    await this.backend.close();
    this.backend = await createBackend({ config: this.backendConfig, bus: this.bus });
    this.console = new OperatorConsole(this.backend.url);
    await this.console.logIn();
  }

  /** `bus`: what this gateway sees of the bus. */
  async addGateway(bus: MessageBus = this.bus, settings: Record<string, string> = {}): Promise<RunningGateway> {
    const config = readGatewayConfig({ CUPOLA_GATEWAY_PORT: '0', CUPOLA_LOG_LEVEL: 'silent', ...settings });
    const gateway = await createDeviceGateway({ bus, config: { ...config, shutdown: { ...config.shutdown, drainWithinMs: 1_000, spreadMs: 50, closeWithinMs: 500 } } });
    afterwards(() => gateway.close());
    this.gateways.push(gateway);
    return gateway;
  }

  get databaseUrl(): string {
    return this.backendConfig.databaseUrl;
  }

  get gateway(): string {
    return this.gateways[0]?.url ?? '';
  }

  /** Registers and confirms the controller of the next box of the model. */
  async install(): Promise<Box> {
    const { claim, points, controllerId } = await this.register();
    const { deviceId, secret } = await enrol(this.gateway, { slot: claim.slot, claimCode: claim.claimCode, serial: `SN-${claim.slot}` });
    await this.console.post(`/controllers/${controllerId}/confirm`);
    return { id: deviceId, secret, points, sensor: sensorOf(points) };
  }

  async register(): Promise<{ controllerId: string; claim: Claim; points: readonly Point[] }> {
    const name = boxName((this.#boxes += 1));
    const points = (await this.console.all<Point>('/points')).filter(({ equipment }) => equipment?.name === name);
    const site = (await this.console.get<{ items: SiteTree[] }>('/sites')).items[0];
    const place = { name, type: 'vav', site: site?.id, building: points[0]?.building.id, equipment: points[0]?.equipment?.id };
    const { controller, claim } = await this.console.post<{ controller: RegisteredController; claim: Claim }>('/controllers', place);
    return { controllerId: controller.id, claim, points };
  }

  link(id: string): Promise<{ link: string; reason: string }> {
    return this.console.get(`/controllers/${id}`);
  }

  async samples(pointId: string): Promise<[string, number | null, string][]> {
    const { samples } = await this.console.get<{ samples: [string, number | null, string][] }>(`/points/${pointId}/samples?limit=10000`);
    return samples;
  }

  query<R>(sql: string, params: unknown[] = []): Promise<R[]> {
    return this.backend.database.query<R>(sql, params);
  }
}

export function sensorOf(points: readonly Point[]): Point {
  const found = points.find(({ key }) => key.endsWith('Zone_Air_Temp'));
  if (found === undefined) throw new Error('the box has no sensor');
  return found;
}
