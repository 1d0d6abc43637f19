// Small things that every use of snarkjs on the command line needs.

/** A logger that passes on warnings and errors only. */
export const silent = {
  debug: () => {},
  info: () => {},
  warn: (text: string) => console.error(text),
  error: (text: string) => console.error(text),
};
