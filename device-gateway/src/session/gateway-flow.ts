import { debtMs, FULL_BUCKET, spendTokens, type TokenBucketConfig } from '@cupola/domain';

export interface GatewayFlowConfig {
  /** Rows of samples that all controllers of one site may send together. */
  site: TokenBucketConfig;
  /** Bytes of samples that all sessions together may keep while they wait for the store. */
  maxKeptBytes: number;
}

/** How soon a crowded gateway looks again. */
const CROWDED_MS = 500;

/** What sessions share: the rate of their site, and the memory of the gateway. */
export class GatewayFlow {
  #kept = 0;
  readonly #sites = new Map<string, SiteFlow>();

  constructor(
    private readonly config: GatewayFlowConfig,
    private readonly monotonic: () => number,
  ) {}

  /** Bytes of samples that wait for the store. */
  get kept(): number {
    return this.#kept;
  }

  /** All sessions together keep too much. */
  get isCrowded(): boolean {
    return this.#kept > this.config.maxKeptBytes;
  }

  /** Keeps so many bytes more, or fewer. */
  keep(bytes: number): void {
    this.#kept += bytes;
  }

  /** One for all sessions of a site. */
  of(siteId: string): SiteFlow {
    const known = this.#sites.get(siteId);
    if (known !== undefined) return known;
    const flow = new SiteFlow(this, this.config.site, this.monotonic);
    this.#sites.set(siteId, flow);
    return flow;
  }
}

/** What one session has to do with all others. */
export class SiteFlow {
  #bucket = FULL_BUCKET;

  constructor(
    private readonly gateway: GatewayFlow,
    private readonly config: TokenBucketConfig,
    private readonly monotonic: () => number,
  ) {}

  charge(rows: number): void {
    this.#bucket = spendTokens(this.#bucket, this.config, rows, this.monotonic());
  }

  /** Keeps so many bytes more, or fewer. */
  keep(bytes: number): void {
    this.gateway.keep(bytes);
  }

  /** How long busy controllers have to wait, milliseconds. */
  get heldBackMs(): number {
    return Math.max(debtMs(this.#bucket, this.config, this.monotonic()), this.isCrowded ? CROWDED_MS : 0);
  }

  /** All sessions together keep too much. */
  get isCrowded(): boolean {
    return this.gateway.isCrowded;
  }
}
