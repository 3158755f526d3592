/**
 * Which revision of a controller's channels each gateway session was given. In memory only: after a restart of this program
 * nobody was told anything, so every session asks once more.
 */
export class ToldChannels {
  private readonly revisions = new Map<string, number>();

  tell(sessionId: string, revision: number): void {
    this.revisions.set(sessionId, revision);
  }

  revisionOf(sessionId: string): number | undefined {
    return this.revisions.get(sessionId);
  }

  forget(sessionIds: Iterable<string>): void {
    for (const sessionId of sessionIds) this.revisions.delete(sessionId);
  }
}
