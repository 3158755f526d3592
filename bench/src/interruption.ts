/** The person, or a supervisor, wants it to stop. */
export class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

/** Rejects at the first signal; from then on signals no longer end this process, which cleans up and ends by itself. */
export function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        // A benchmark whose database and processes are taken away fails in all kinds of ways, and must not end the cleaning up.
        process.on('uncaughtException', () => undefined);
        reject(new Interrupted(signal));
      });
    }
  });
  // It may come before anybody waits for it.
  interrupted.catch(() => undefined);
  return interrupted;
}
