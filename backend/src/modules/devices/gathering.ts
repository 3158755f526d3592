import { Logger } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/database-unavailable.js';

/** How a crowd is answered, and how one. */
export interface GatheredWork<Asked, Answer> {
  /**
   * In one transaction that waits for nobody. Whoever is missing in the result is answered alone: who is to be refused, whose row somebody
   * has locked, who asks for something special.
   */
  together(asked: readonly Asked[]): Promise<ReadonlyMap<Asked, Answer>>;
  /** May wait, and throws the refusal. */
  alone(asked: Asked): Promise<Answer>;
}

interface Waiting<Asked, Answer> {
  asked: Asked;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Enough to make a transaction's fixed cost small, few enough to commit in some hundredths of a second. */
const MOST = 200;

/**
 * Answers at once while nobody else asks, and a crowd together: what comes while a transaction is under way is gathered for the next, so
 * that a thousand who connect within a second cost some dozens of transactions. What fails together is done one by one: nobody's
 * trouble is another one's.
 */
export class Gathering<Asked, Answer> {
  private readonly logger: Logger;
  private readonly waiting: Waiting<Asked, Answer>[] = [];
  private isUnderWay = false;

  constructor(
    name: string,
    private readonly work: GatheredWork<Asked, Answer>,
  ) {
    this.logger = new Logger(name);
  }

  /** @throws what `alone` throws, and that the database is away */
  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ asked, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.isUnderWay || this.waiting.length === 0) return;
    this.isUnderWay = true;
    void this.answer(this.waiting.splice(0, MOST)).finally(() => {
      this.isUnderWay = false;
      this.next();
    });
  }

  private async answer(group: readonly Waiting<Asked, Answer>[]): Promise<void> {
    let answers: ReadonlyMap<Asked, Answer> = new Map();
    try {
      answers = await this.work.together(group.map(({ asked }) => asked));
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      this.logger.warn(`Answering ${group.length} together failed, they are answered one by one: ${String(error)}`);
    }
    for (const { asked, resolve, reject } of group) {
      const answer = answers.get(asked);
      // Nobody waits for those who are answered alone: they may be waiting for a lock.
      if (answer === undefined) this.work.alone(asked).then(resolve, reject);
      else resolve(answer);
    }
  }
}
