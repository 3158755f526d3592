import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** WCAG 2.2 AA: each level is a tag of its own. */
const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Everything that can be reached by people who see little, or use a keyboard, as far as a machine can tell. */
export async function expectAccessible(page: Page, title: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARD).analyze();
  expect.soft(violations.map(({ id, nodes }) => `${title}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
}

/** Nothing sticks out sideways, and what is cut off says elsewhere what it is. */
export async function expectFitting(page: Page, title: string): Promise<void> {
  const found = await page.evaluate(misfits);
  expect.soft(found.map((each) => `${title}: ${each}`)).toEqual([]);
}

/** Runs in the page. */
function misfits(): string[] {
  const root = document.documentElement;
  const found = root.scrollWidth > root.clientWidth ? [`the page scrolls sideways by ${root.scrollWidth - root.clientWidth} px`] : [];
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const { overflowX, display } = getComputedStyle(element);
    if (display === 'inline' || element.clientWidth === 0 || element.scrollWidth <= element.clientWidth + 1) continue;
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const isCut = hasText && (overflowX === 'hidden' || overflowX === 'clip');
    // For those who see only the tip of it, its whole text has to be within reach.
    if (isCut && element.clientWidth > 1 && !element.closest('[title]')) found.push(`"${element.textContent?.trim().slice(0, 60)}" is cut off without a title (${element.className})`);
  }
  return found;
}

/** Two frames: styles and sizes that changed a moment ago are on the screen. */
export async function untilPainted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
