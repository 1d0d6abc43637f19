// Small things that every use of snarkjs on the command line needs.

/** A logger that passes on warnings and errors only. */
export const silent = {
  debug: () => {},
  info: () => {},
  warn: (text: string) => console.error(text),
  error: (text: string) => console.error(text),
};

/** Ends snarkjs's worker threads: a process that used them would never exit. */
export async function endWorkers(): Promise<void> {
  const curve = (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128;
  await curve?.terminate();
}
