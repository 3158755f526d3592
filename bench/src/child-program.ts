import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { watchOver } from './children.js';

export type ChildReply = { kind: 'done'; result: unknown } | { kind: 'failed'; reason: string };

/** A program of this folder in a process of its own, which answers one request after the other. */
export class ChildProgram<Request extends object, Result> {
  private constructor(private readonly child: ChildProcess) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** `file`: below this folder, e.g. `ingest/load-generator.js`. */
  static start<Request extends object, Result>(file: string, execArgv: readonly string[] = []): ChildProgram<Request, Result> {
    return new ChildProgram<Request, Result>(watchOver(fork(join(import.meta.dirname, file), { stdio: 'inherit', execArgv: [...execArgv] })));
  }

  /** @throws Error with the reason that the program gives, or because it ended */
  async ask(request: Request): Promise<Result> {
    this.child.send(request);
    const answer = await this.#answer();
    if (answer.kind === 'failed') throw new Error(answer.reason);
    return answer.result as Result;
  }

  #answer(): Promise<ChildReply> {
    return new Promise((resolve) => {
      const ended = (): void => resolve({ kind: 'failed', reason: 'the program beside the benchmark ended' });
      this.child.once('exit', ended);
      this.child.once('message', (answer: ChildReply) => {
        this.child.off('exit', ended);
        resolve(answer);
      });
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }
}
