import { DomainError, type RetryPolicy } from '@cupola/contracts';
import { type AdmissionValve, askAdmission, OPEN_VALVE, retryAfterSeconds, spacingFor, type TokenBucketConfig } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { BackendConfig } from '../../config/backend-config.js';
import { AdmissionNotes } from './admission-notes.js';

/** A controller needs one ticket for each connection, a flapping one some dozens a minute. */
const PER_DEVICE = { points: 60, duration: 60 };
/** One site's storm leaves a third of the door to the others. */
const SITE_SHARE = 2 / 3;
/**
 * How controllers space their attempts while nothing is going on: the first one is spread as well. Those of a crowd that find nobody try again
 * over the range that was wide enough for all of them: a wider one would leave the door idle once it is open.
 */
const CALM: RetryPolicy = { minMs: 500, rangeMs: 1_500, doublings: 6, maxMs: 20_000 };

/** The valve for reconnect storms. Charged only after the secret was verified: strangers cannot empty a device's bucket. */
@Injectable()
export class Admission {
  private readonly device = new RateLimiterMemory(PER_DEVICE);
  private readonly sites = new Map<string, AdmissionValve>();
  private readonly ofSite: TokenBucketConfig;
  private readonly ofHouse: TokenBucketConfig;
  private house = OPEN_VALVE;

  constructor(
    config: BackendConfig,
    private readonly notes: AdmissionNotes,
  ) {
    const perSecond = config.ticketsPerSecond;
    this.ofHouse = { perSecond, capacity: perSecond };
    this.ofSite = { perSecond: perSecond * SITE_SHARE, capacity: Math.ceil(perSecond * SITE_SHARE) };
  }

  /** What every ticket answer and WELCOME pushes: the more controllers may come back at once, the wider they spread. */
  get retry(): RetryPolicy {
    return spacingFor(this.notes.returning + this.house.waiting, this.ofHouse.perSecond, CALM);
  }

  /** @throws DomainError TOO_MANY_ATTEMPTS, OVERLOADED */
  async charge(deviceId: string, siteId: string): Promise<void> {
    await this.chargeDevice(deviceId);
    const now = performance.now();
    const site = askAdmission(this.sites.get(siteId) ?? OPEN_VALVE, this.ofSite, now);
    this.sites.set(siteId, site.valve);
    if (site.waitMs !== null) throw this.refuse(deviceId, 'site', site.waitMs);
    const house = askAdmission(this.house, this.ofHouse, now);
    this.house = house.valve;
    if (house.waitMs !== null) throw this.refuse(deviceId, 'house', house.waitMs);
  }

  private async chargeDevice(deviceId: string): Promise<void> {
    try {
      await this.device.consume(deviceId);
    } catch (state) {
      throw this.refuse(deviceId, 'device', (state as RateLimiterRes).msBeforeNext);
    }
  }

  private refuse(deviceId: string, why: keyof typeof REFUSALS, waitMs: number): DomainError {
    this.notes.refused(deviceId, why);
    const { code, detail } = REFUSALS[why];
    return new DomainError(code, detail, { retryAfter: retryAfterSeconds(waitMs, Math.random()) });
  }
}

const REFUSALS = {
  device: { code: 'TOO_MANY_ATTEMPTS', detail: 'This controller asks for tickets too often.' },
  site: { code: 'OVERLOADED', detail: 'Too many controllers of this site connect at once.' },
  house: { code: 'OVERLOADED', detail: 'Too many controllers connect at once.' },
} as const;
