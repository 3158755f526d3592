/** Something that the caller can put right: shown as its one sentence, without a stack. */
export class CallerError extends Error {
  override readonly name = 'CallerError';
}
