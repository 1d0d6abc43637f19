// What keeps an operator's command from its work, with the exit code of the whole command line:
// 2 wrong input, 3 an expected "no", 4 something out of reach. Messages say what to do next.

export class Problem extends Error {
  override readonly name = "Problem";
  readonly exit: 2 | 3 | 4;
  constructor(exit: 2 | 3 | 4, message: string) {
    super(message);
    this.exit = exit;
  }
}
