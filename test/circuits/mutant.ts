// A way to weaken one of the circuits' sources, with an attack that the weakened template lets through.
import type { Inputs } from "./calculator.ts";
import type { Part } from "./part.ts";

/** True when the attack gets through. */
export type Attack = (part: Part) => boolean;
export type Mutant = {
  readonly file: string;
  /** The template to compile. */
  readonly main: string;
  /** Source text that stands there once, and what replaces it. */
  readonly find: string;
  readonly replace: string;
  /**
   * Hints that a dishonest prover computes otherwise, in the source as it is and in the weakened one: the
   * first part stands there once.
   */
  readonly dishonest?: readonly [honest: string, dishonest: string];
  readonly attack: Attack;
};

/** The attack of giving a template these inputs. */
export const given =
  (inputs: Inputs): Attack =>
  (part) =>
    part.accepts(inputs);
