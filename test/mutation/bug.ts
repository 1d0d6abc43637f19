// What seeded.ts plants.
export type Bug = {
  /** The test that must fail. */
  readonly test: string;
  readonly file: string;
  /** Stands once in the source. */
  readonly find: string;
  readonly replace: string;
};
