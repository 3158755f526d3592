import { createBackend, readBackendConfig } from '@cupola/backend';
import { createInMemoryBus, type MessageBus } from '@cupola/messaging';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { BenchmarkContext } from '../benchmark.js';
import { buildPlant, type Plant } from '../plant.js';
import { RawCopy, type RawSample } from '../raw-copy.js';
import { CONTROLLERS, frameOf, SAMPLES_PER_FRAME, SAMPLES_PER_ROUND, timeOf } from '../samples.js';
import { shardOf } from '../shard.js';
import { verifyRounds } from '../verify.js';

const THREE_YEARS_MS = 3 * 365 * 86_400_000;

/** A database with a backend on it, fed over the bus in this process; and a raw connection beside it. */
export class WriterUnderTest {
  readonly #startedAt = Date.now() - THREE_YEARS_MS;
  #rounds = 0;
  #rawRounds = 0;

  private constructor(
    private readonly bus: MessageBus,
    private readonly plant: Plant,
    private readonly client: pg.Client,
    private readonly raw: RawCopy,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start({ createDatabase, folder }: BenchmarkContext): Promise<WriterUnderTest> {
    const databaseUrl = await createDatabase();
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const plant = await buildPlant(client, CONTROLLERS, SAMPLES_PER_FRAME);
    const bus = createInMemoryBus();
    const dataDir = await mkdtemp(join(folder, 'backend-'));
    const config = readBackendConfig({ DATABASE_URL: databaseUrl, CUPOLA_PORT: '0', CUPOLA_DATA_DIR: dataDir });
    const backend = await createBackend({ config, bus });
    const raw = await RawCopy.connect(databaseUrl);
    return new WriterUnderTest(bus, plant, client, raw, async () => {
      await raw.close();
      await backend.close();
      await bus.close();
      await client.end();
    });
  }

  get rows(): number {
    return this.#rounds * SAMPLES_PER_ROUND;
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** Every controller sends `rounds` frames one after the other, all controllers at once. Samples per second. */
  async store(rounds: number): Promise<number> {
    const from = this.#rounds;
    const frames = this.plant.controllers.map(({ channels }) => Array.from({ length: rounds }, (_, index) => frameOf(channels, from + index + 1, this.#startedAt)));
    this.#rounds += rounds;
    const start = performance.now();
    await Promise.all(
      this.plant.controllers.map(async ({ id }, index) => {
        const shard = shardOf(id);
        for (const frame of frames[index] ?? []) {
          await this.bus.request('ingest.<shard>', { sessionId: id, controllerId: id, epoch: 1, frames: [frame] }, { to: shard, timeoutMs: 60_000 });
        }
      }),
    );
    return ((rounds * SAMPLES_PER_ROUND) / (performance.now() - start)) * 1000;
  }

  /** Raw COPY makes no partitions: it starts `rounds` behind ours and must stay behind. */
  startRawBehind(rounds: number): void {
    this.#rawRounds = this.#rounds - rounds;
  }

  async copy(rounds: number): Promise<number> {
    const received = Date.now();
    const samples: RawSample[] = [];
    for (let round = 0; round < rounds; round += 1) {
      this.#rawRounds += 1;
      const at = timeOf(this.#rawRounds, this.#startedAt);
      for (const channel of this.plant.rawChannels) samples.push({ channel, at, received, value: this.#rawRounds });
    }
    return (await this.raw.run(samples)).rowsPerSecond;
  }

  async verify(): Promise<void> {
    const channels = this.plant.controllers.flatMap(({ channels: mine }) => mine);
    await verifyRounds(this.client, channels.length, Math.max(...channels), this.#rounds);
  }
}
