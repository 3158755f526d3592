/** Why the product cannot start: one sentence that says what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
