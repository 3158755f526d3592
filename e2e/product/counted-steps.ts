import type { Locator } from '@playwright/test';

/** A person's hand, counted: each click and each field filled in is one step. Looking costs nothing. */
export class CountedSteps {
  readonly #steps: string[] = [];

  get count(): number {
    return this.#steps.length;
  }

  async click(what: string, target: Locator): Promise<void> {
    this.#steps.push(what);
    await target.click();
  }

  async fill(what: string, field: Locator, text: string): Promise<void> {
    this.#steps.push(what);
    await field.fill(text);
  }

  /** One step a line, as a person would tell it. */
  tell(): string {
    return this.#steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n');
  }
}
