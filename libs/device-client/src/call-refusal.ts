/** A CALL that is answered with ERROR. Codes are those of the contracts' list where one fits. */
export class CallRefusal extends Error {
  override readonly name = 'CallRefusal';

  constructor(
    readonly code: string,
    text: string,
    /** Goes out as the details of ERROR. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(text);
  }
}
