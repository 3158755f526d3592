import type { Page } from 'playwright-core';

/** Milliseconds between the frames that the page draws within `ms`, measured in the page. */
export function frameTimes(page: Page, ms: number): Promise<number[]> {
  return page.evaluate(
    (within) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let [began, before] = [0, 0];
        const draw = (now: number): void => {
          if (before === 0) began = now;
          else times.push(now - before);
          before = now;
          if (now - began < within) requestAnimationFrame(draw);
          else resolve(times);
        };
        requestAnimationFrame(draw);
      }),
    ms,
  );
}
