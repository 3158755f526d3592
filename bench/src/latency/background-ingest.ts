import type pg from 'pg';
import type { BenchmarkContext } from '../benchmark.js';
import { ChildProgram } from '../child-program.js';
import type { LoadRequest, LoadResult } from '../ingest/load-messages.js';
import { spread } from '../measure.js';
import { buildPlant, type Plant } from '../plant.js';
import { CONTROLLERS, INTERVAL_MS, SAMPLES_PER_FRAME, SAMPLES_PER_ROUND } from '../samples.js';
import { verifyRounds } from '../verify.js';

const POINTS_REV = 'd'.repeat(64);
const WARM_UP_ROUNDS = 15;
const MEASURED_ROUNDS = 25;

/** To be built before any other plant of the database: the verification counts on the lowest channels. */
export function buildBackground(client: pg.Client): Promise<Plant> {
  return buildPlant(client, CONTROLLERS, SAMPLES_PER_FRAME, POINTS_REV, 'Background');
}

/** The load of B4 at half of the rate that it reaches here, from a process of its own. */
export class BackgroundIngest {
  readonly #startedAt = Date.now() - 3 * 365 * 86_400_000;
  #rounds = 0;
  #samplesPerSecond = 0;
  /** Samples a second of each time that it came along. */
  readonly #achieved: number[] = [];

  private constructor(
    private readonly load: ChildProgram<LoadRequest, LoadResult>,
    private readonly plant: Plant,
  ) {}

  /** Connects, and finds out what half of the rate is. */
  static async start(gateway: string, plant: Plant, { log }: BenchmarkContext): Promise<BackgroundIngest> {
    const ingest = new BackgroundIngest(ChildProgram.start('ingest/load-generator.js'), plant);
    const devices = plant.controllers.map(({ id, secret }) => ({ id, secret }));
    await ingest.load.ask({ kind: 'connect', gateway, devices, pointsRev: POINTS_REV, samplesPerFrame: SAMPLES_PER_FRAME });
    await ingest.#send(WARM_UP_ROUNDS, 0);
    ingest.#samplesPerSecond = (MEASURED_ROUNDS * SAMPLES_PER_ROUND * 1000) / (await ingest.#send(MEASURED_ROUNDS, 0));
    log(`B4's load reaches ${Math.round(ingest.#samplesPerSecond)} samples a second here; half of it comes along`);
    return ingest;
  }

  /** Resolves when everything is acknowledged. */
  async half(overMs: number): Promise<void> {
    const rounds = Math.max(1, Math.round((this.#samplesPerSecond / 2 / SAMPLES_PER_ROUND) * (overMs / 1000)));
    this.#achieved.push((rounds * SAMPLES_PER_ROUND * 1000) / (await this.#send(rounds, overMs)));
  }

  /** What it reached alone, and what came along. */
  describe(): string {
    const { median, min, max } = spread(this.#achieved);
    return `beside ${Math.round(median)} samples a second (${Math.round(min)}..${Math.round(max)}) of 1,000 sessions, which reached ${Math.round(this.#samplesPerSecond)} alone`;
  }

  async verify(client: pg.Client): Promise<void> {
    const channels = this.plant.controllers.flatMap(({ channels: mine }) => mine);
    await verifyRounds(client, channels.length, Math.max(...channels), this.#rounds);
  }

  stop(): Promise<void> {
    return this.load.stop();
  }

  #send(rounds: number, overMs: number): Promise<LoadResult> {
    const from = this.#rounds + 1;
    this.#rounds += rounds;
    return this.load.ask({ kind: 'send', from, to: this.#rounds, startedAt: this.#startedAt, stepMs: INTERVAL_MS, overMs });
  }
}
