import { DomainError } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';

/** Where a program may die, by the subject that it asked, answered or published. */
export type Moment = 'asking' | 'asked' | 'answered' | 'publishing';

/**
 * What a program sees of the bus until it dies: from then on nothing that it says arrives and it hears no answer, as if it had been
 * killed. What it committed before stays.
 */
export class MortalBus {
  isDead = false;
  /** Looked at whenever something crosses; true: now. */
  diesAt: (moment: Moment, subject: string, body: unknown) => boolean = () => false;

  over(bus: MessageBus): MessageBus {
    const request: MessageBus['request'] = async (subject, body, options) => {
      this.#live('asking', subject, body);
      const reply = await bus.request(subject, body, options);
      this.#live('asked', subject, body);
      return reply;
    };
    const answer: MessageBus['answer'] = (subject, handler, options) => {
      const mortal: typeof handler = async (body) => {
        const reply = await handler(body);
        this.#live('answered', subject, body);
        return reply;
      };
      return bus.answer(subject, mortal, options);
    };
    const publish: MessageBus['publish'] = (subject, event) => {
      this.isDead ||= this.diesAt('publishing', subject, event);
      if (!this.isDead) bus.publish(subject, event);
    };
    return { request, answer, publish, subscribe: (...args) => bus.subscribe(...args), flush: () => bus.flush(), close: () => bus.close() };
  }

  #live(moment: Moment, subject: string, body: unknown): void {
    this.isDead ||= this.diesAt(moment, subject, body);
    if (this.isDead) throw new DomainError('OVERLOADED', 'This program is dead.');
  }
}
