// npm passes Ctrl-C on to a program that the terminal has already told: two signals of one key press are one wish.
const SAME_PRESS_MS = 1_000;

/** Turns the first Ctrl-C (or SIGTERM, SIGHUP) into an abort, and a later one into `force`. */
export function listenForInterruption(force: () => void): AbortSignal {
  const wish = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    first ??= now;
    if (!wish.signal.aborted) wish.abort();
    else if (now - first > SAME_PRESS_MS) force();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return wish.signal;
}

/** Resolves when the person wants to stop. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
