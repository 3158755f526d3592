import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { ControllerTimeline } from './controller-timeline.js';
import { Repeating } from './repeating.js';

const HOUR = 3_600_000;
const KEPT_MS = 30 * 24 * HOUR;
/** A controller that reconnects all day long must not fill the disk: of more entries than this the oldest go early. */
const KEPT_ENTRIES = 20_000;

/** Timelines are kept for thirty days. */
@Injectable()
export class TimelineRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Repeating('Timelines', HOUR, () => this.forgetOld());

  constructor(
    private readonly clock: Clock,
    private readonly timeline: ControllerTimeline,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  forgetOld(keep = KEPT_ENTRIES): Promise<number> {
    return this.timeline.forget(new Date(this.clock.now() - KEPT_MS), keep);
  }
}
