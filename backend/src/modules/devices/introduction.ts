import type { RequestOf } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/unit-of-work.js';
import type { CurrentController } from './current-session.js';
import { Identity } from './identity.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';
import { noteSkew } from './session-clocks.js';
import { explain } from './session-doctor.js';
import { Subdevices } from './subdevices.js';

/** What a HELLO that is accepted says of the controller itself. */
@Injectable()
export class Introduction {
  constructor(
    private readonly links: LinkChanges,
    private readonly subdevices: Subdevices,
    private readonly identity: Identity,
  ) {}

  async take(tx: Transaction, controller: CurrentController, { sessionId, hello, clockOffsetMs = null }: RequestOf<'sessions.hello'>): Promise<void> {
    const bootId = plainText(hello.bootId);
    // The boot id marks the session as introduced: before it no command is sent.
    await tx.query('UPDATE controller_sessions SET boot_id = $2, clock_offset_ms = $3, clock_source = $4, last_seen_at = now() WHERE id = $1', [
      ...[sessionId, bootId, clockOffsetMs, plainText(hello.clock.source)],
    ]);
    await tx.query('UPDATE controllers SET firmware = $2, model = $3 WHERE id = $1', [
      controller.id,
      plainText(hello.firmware) || controller.firmware,
      plainText(hello.model) || controller.model,
    ]);
    await this.subdevices.replace(tx, controller.id, hello.subdevices);
    const reason = controller.status === 'active' ? 'connected' : 'awaiting_confirmation';
    const what = reason === 'connected' ? undefined : 'Connected, but nobody has confirmed it yet: its values are held back';
    await this.links.online(tx, controller.id, reason, explain(reason, what), what === undefined ? {} : { why: 'connected' });
    await this.identity.noteReturn(tx, controller.id, sessionId, bootId);
    await noteSkew(tx, controller.id, clockOffsetMs);
  }
}
