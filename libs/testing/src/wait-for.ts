export interface WaitOptions {
  /** Default 30,000 ms: only a test that fails waits so long, and a machine may be busy. */
  timeoutMs?: number;
  /** Default 10 ms. */
  intervalMs?: number;
}

/**
 * Repeats `condition` until it returns something true, and returns that. A condition that throws is not true yet; its last error is the one that
 * is reported when time runs out.
 */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const { timeoutMs = 30_000, intervalMs = 10 } = options;
  const end = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`Nothing true within ${timeoutMs} ms of waiting for: ${condition}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
