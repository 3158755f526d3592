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

type HelloRequest = RequestOf<'sessions.hello'>;

/** A HELLO, and the controller that said it. */
export interface Greeting {
  request: HelloRequest;
  controller: CurrentController;
}

/** What HELLOs that are accepted say of the controllers themselves. */
@Injectable()
export class Introduction {
  constructor(
    private readonly links: LinkChanges,
    private readonly subdevices: Subdevices,
    private readonly identity: Identity,
  ) {}

  /** At most one greeting of each controller; their rows are locked. */
  async take(tx: Transaction, greetings: readonly Greeting[]): Promise<void> {
    if (greetings.length === 0) return;
    const introduced = greetings.map(({ request }) => ({ sessionId: request.sessionId, bootId: plainText(request.hello.bootId) }));
    await introduce(tx, greetings);
    await describe(tx, greetings);
    await this.subdevices.replaceAll(tx, greetings.map(({ controller, request }) => ({ controllerId: controller.id, said: request.hello.subdevices })));
    await this.show(tx, greetings);
    await this.identity.noteReturns(tx, introduced);
    for (const { controller, request } of greetings) await noteSkew(tx, controller.id, request.clockOffsetMs ?? null);
  }

  private async show(tx: Transaction, greetings: readonly Greeting[]): Promise<void> {
    const { connected = [], degraded = [], waiting = [] } = Object.groupBy(greetings, ({ controller: { status, isDegraded } }) => {
      return status !== 'active' ? 'waiting' : isDegraded ? 'degraded' : 'connected';
    });
    if (connected.length > 0) await this.links.onlineAll(tx, idsOf(connected), 'connected', explain('connected'));
    if (degraded.length > 0) await this.links.onlineAll(tx, idsOf(degraded), 'degraded', explain('degraded'));
    if (waiting.length === 0) return;
    const what = 'Connected, but nobody has confirmed it yet: its values are held back';
    await this.links.onlineAll(tx, idsOf(waiting), 'awaiting_confirmation', explain('awaiting_confirmation', what), { why: 'connected' });
  }
}

/** The boot id marks the session as introduced: before it no command is sent. */
async function introduce(tx: Transaction, greetings: readonly Greeting[]): Promise<void> {
  const requests = greetings.map(({ request }) => request);
  await tx.query(
    `UPDATE controller_sessions s SET boot_id = said.boot_id, clock_offset_ms = said.clock_offset_ms, clock_source = said.clock_source, last_seen_at = now()
     FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) AS said (id, boot_id, clock_offset_ms, clock_source) WHERE s.id = said.id`,
    [
      ...[requests.map(({ sessionId }) => sessionId), requests.map(({ hello }) => plainText(hello.bootId))],
      ...[requests.map(({ clockOffsetMs }) => clockOffsetMs ?? null), requests.map(({ hello }) => plainText(hello.clock.source))],
    ],
  );
}

/** Firmware and model, of those that say something new. */
async function describe(tx: Transaction, greetings: readonly Greeting[]): Promise<void> {
  const changed = greetings.flatMap(({ controller, request: { hello } }) => {
    const said = { id: controller.id, firmware: plainText(hello.firmware) || controller.firmware, model: plainText(hello.model) || controller.model };
    return said.firmware === controller.firmware && said.model === controller.model ? [] : [said];
  });
  if (changed.length === 0) return;
  await tx.query(
    `UPDATE controllers c SET firmware = said.firmware, model = said.model
     FROM unnest($1::uuid[], $2::text[], $3::text[]) AS said (id, firmware, model) WHERE c.id = said.id`,
    [changed.map(({ id }) => id), changed.map(({ firmware }) => firmware), changed.map(({ model }) => model)],
  );
}

function idsOf(greetings: readonly Greeting[]): string[] {
  return greetings.map(({ controller }) => controller.id);
}
