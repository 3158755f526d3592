import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';

/** The epochs of the sockets that are connected now, each with the session that opened it. */
@Injectable()
export class LiveEpochs {
  readonly #sessionOf = new Map<string, string>();

  open(epoch: string, sessionId: string): void {
    this.#sessionOf.set(epoch, sessionId);
  }

  close(epoch: string): void {
    this.#sessionOf.delete(epoch);
  }

  /**
   * For writes that carry the `cupola-live-epoch` header: what was clicked on a screen that has lost its connection since is not carried out.
   * @throws DomainError STALE_EPOCH
   */
  check(epoch: string | undefined, sessionId: string): void {
    if (epoch === undefined || this.#sessionOf.get(epoch) === sessionId) return;
    throw new DomainError('STALE_EPOCH', 'The connection was interrupted after this was asked, so it was not done. Look at the values and ask again.');
  }
}
