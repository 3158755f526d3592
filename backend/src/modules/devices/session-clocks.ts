import type { RequestOf } from '@cupola/contracts';
import { isSkewed } from '@cupola/domain';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { lockCurrent } from './current-session.js';
import { LinkChanges } from './link-changes.js';
import { explain } from './session-doctor.js';
import { noteEvent } from './timeline.js';

/** How far controllers' clocks are off. */
@Injectable()
export class SessionClocks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
  ) {}

  /** The clock has moved much within its session. @throws DomainError STALE_SESSION */
  async changed({ clockOffsetMs, ...ref }: RequestOf<'sessions.clock'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { id } = await lockCurrent(tx, ref);
      await tx.query('UPDATE controller_sessions SET clock_offset_ms = $2 WHERE id = $1', [ref.sessionId, clockOffsetMs]);
      await noteSkew(tx, id, clockOffsetMs);
      await this.links.announce(tx, [id]);
    });
  }
}

/** A wrong clock is noted once a session, and when it changes by much: that is how often the gateway tells it. */
export async function noteSkew(tx: Transaction, controllerId: string, offsetMs: number | null): Promise<void> {
  if (offsetMs === null || !isSkewed(offsetMs)) return;
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const text = `Its clock is ${seconds} s ${offsetMs > 0 ? 'ahead' : 'behind'}`;
  await noteEvent(tx, controllerId, 'clock_skew', explain('clock_skew', text), { offsetMs });
}
