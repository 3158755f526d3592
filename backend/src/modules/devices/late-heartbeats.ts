import type { RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { explain } from './session-doctor.js';
import { noteRarelyEach } from './timeline.js';

type Renewed = RequestOf<'sessions.renew'>['sessions'];

/** Notes each silence once, when its heartbeat becomes overdue, however many renewals it lasts. */
@Injectable()
export class LateHeartbeats {
  private readonly silent = new Set<string>();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async note(sessions: Renewed): Promise<void> {
    const newlyLate = sessions.filter(({ sessionId, isLate }) => isLate === true && !this.silent.has(sessionId));
    for (const { sessionId, isLate } of sessions) {
      if (isLate === true) this.silent.add(sessionId);
      else if (this.silent.size > 0) this.silent.delete(sessionId);
    }
    if (newlyLate.length === 0) return;
    const controllers = newlyLate.map(({ controllerId }) => controllerId).sort();
    const text = explain('late_heartbeat');
    await this.unitOfWork.run((tx) => noteRarelyEach(tx, 'late_heartbeat', controllers.map((controllerId) => ({ controllerId, text }))));
  }

  forget(sessionId: string): void {
    this.silent.delete(sessionId);
  }
}
