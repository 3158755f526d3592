import { debtMs, fullBucket, spendTokens, type TokenBucket, type TokenBucketConfig } from '@cupola/domain';

export interface GatewayFlowConfig {
  /** Rows of samples that all controllers of one site may send together. */
  site: TokenBucketConfig;
  /** Bytes of samples that all sessions together may keep while they wait for the store. */
  maxKeptBytes: number;
}

/** What one session has to do with all others. */
export interface SiteFlow {
  charge(rows: number): void;
  /** Keeps so many bytes more, or fewer. */
  keep(bytes: number): void;
  /** How long busy controllers have to wait, milliseconds. */
  readonly heldBackMs: number;
  /** All sessions together keep too much. */
  readonly isCrowded: boolean;
}

/** How soon a crowded gateway looks again. */
const CROWDED_MS = 500;

/** What sessions share: the rate of their site, and the memory of the gateway. */
export class GatewayFlow {
  #kept = 0;
  readonly #sites = new Map<string, TokenBucket>();

  constructor(
    private readonly config: GatewayFlowConfig,
    private readonly monotonic: () => number,
  ) {}

  /** Bytes of samples that wait for the store. */
  get kept(): number {
    return this.#kept;
  }

  of(siteId: string): SiteFlow {
    const isCrowded = (): boolean => this.#kept > this.config.maxKeptBytes;
    const debt = (): number => debtMs(this.#bucketOf(siteId), this.config.site, this.monotonic());
    return {
      charge: (rows) => void this.#sites.set(siteId, spendTokens(this.#bucketOf(siteId), this.config.site, rows, this.monotonic())),
      keep: (bytes) => void (this.#kept += bytes),
      get heldBackMs() {
        return Math.max(debt(), isCrowded() ? CROWDED_MS : 0);
      },
      get isCrowded() {
        return isCrowded();
      },
    };
  }

  #bucketOf(siteId: string): TokenBucket {
    return this.#sites.get(siteId) ?? fullBucket(this.config.site, this.monotonic());
  }
}
