import type { ChildReply } from './child-program.js';

/** The other side of a `ChildProgram`: answers its requests until the parent lets go. */
export function serveParent<Request extends object>(answer: (request: Request) => Promise<unknown>): void {
  const reply = (message: ChildReply): void => void process.send?.(message);
  process.on('message', (request: Request) => {
    answer(request).then(
      (result) => reply({ kind: 'done', result }),
      (error: unknown) => reply({ kind: 'failed', reason: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
