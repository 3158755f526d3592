import { DomainError, type RetryPolicy } from '@cupola/contracts';
import { type AdmissionValve, askTicketDoor, ticketDoorConfig, type TicketDoorConfig, OPEN_TICKET_DOOR, OPEN_VALVE, retryAfterSeconds, spacingFor } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { Clock } from '../../clock.js';
import { BackendConfig } from '../../config/backend-config.js';
import { AdmissionNotes } from './admission-notes.js';

/** A controller needs one ticket for each connection, a flapping one some dozens a minute. */
const PER_DEVICE = { points: 60, duration: 60 };
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
  private readonly config: TicketDoorConfig;
  private door = OPEN_TICKET_DOOR;

  constructor(
    config: BackendConfig,
    private readonly notes: AdmissionNotes,
    private readonly clock: Clock,
  ) {
    this.config = ticketDoorConfig(config.ticketsPerSecond);
  }

  /** What every ticket answer and WELCOME pushes: the more controllers may come back at once, the wider they spread. */
  get retry(): RetryPolicy {
    return spacingFor(this.notes.returning + this.door.house.waiting, this.config.ofHouse.perSecond, CALM);
  }

  /** @throws DomainError TOO_MANY_ATTEMPTS, OVERLOADED */
  async charge(deviceId: string, siteId: string): Promise<void> {
    await this.chargeDevice(deviceId);
    const { door, site, refused } = askTicketDoor(this.door, this.sites.get(siteId) ?? OPEN_VALVE, siteId, this.config, this.clock.monotonic());
    this.door = door;
    this.sites.set(siteId, site);
    if (refused !== null) throw this.refuse(deviceId, refused.by, refused.waitMs);
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
