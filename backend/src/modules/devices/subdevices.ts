import type { RequestOf, Subdevice } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';
import { lockCurrent } from './current-session.js';
import { LinkChanges } from './link-changes.js';
import { plainText } from './plain-text.js';

/** Devices behind controllers, as the controllers tell of them. */
@Injectable()
export class Subdevices {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly links: LinkChanges,
  ) {}

  /** The list as it is now, within a session. @throws DomainError STALE_SESSION */
  async changed({ payload, ...ref }: RequestOf<'subdevices.changed'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { id } = await lockCurrent(tx, ref);
      await this.replace(tx, id, payload.subdevices);
      await this.links.announce(tx, [id]);
    });
  }

  /** Puts the whole list in place of the one before. */
  async replace(tx: Transaction, controllerId: string, said: readonly Subdevice[]): Promise<void> {
    await this.replaceAll(tx, [{ controllerId, said }]);
  }

  /** As `replace`, for several controllers. */
  async replaceAll(tx: Transaction, lists: readonly { controllerId: string; said: readonly Subdevice[] }[]): Promise<void> {
    // Named twice, the last one counts.
    const rows = lists.flatMap(({ controllerId, said }) =>
      [...new Map(said.map(({ id, state, since }) => [plainText(id), { controllerId, id: plainText(id), state: plainText(state), since }])).values()],
    );
    await tx.query(
      `WITH said AS (SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::float8[]) AS s (controller_id, id, state, since)),
       gone AS (DELETE FROM subdevices WHERE controller_id = ANY($1::uuid[]) AND (controller_id, id) NOT IN (SELECT controller_id, id FROM said))
       INSERT INTO subdevices AS known (controller_id, id, state, since)
       SELECT controller_id, id, state, least(now(), to_timestamp(since / 1000)) FROM said
       ON CONFLICT (controller_id, id) DO UPDATE SET state = excluded.state, since = excluded.since
       WHERE (known.state, known.since) IS DISTINCT FROM (excluded.state, excluded.since)`,
      [
        lists.map(({ controllerId }) => controllerId),
        ...[rows.map(({ controllerId }) => controllerId), rows.map(({ id }) => id), rows.map(({ state }) => state), rows.map(({ since }) => since)],
      ],
    );
  }
}
