// Wrong input, whether from a command, a page or a test.

/** What is wrong with the input, where, and what to do. */
export class InputError extends Error {
  override readonly name = "InputError";
}
