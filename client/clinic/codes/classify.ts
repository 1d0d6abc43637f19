// Which concepts of the dictionary a coding belongs to, by the clinic's own table first and the dictionary's then.

import {
  type BaseDomain,
  type Classified,
  classifyCode,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import type { System } from "../../../circuits/statement/encoding/code.ts";

export type { Classified } from "../../../circuits/statement/dictionary/dictionary.ts";

export type Classifier = {
  readonly classify: (base: BaseDomain, system: System, code: string) => Classified;
  /** A code of a system that facts cannot carry (a clinic's own): only the clinic's table knows it. */
  readonly classifyForeign: (base: BaseDomain, uri: string, code: string) => Classified | undefined;
};

/** Classifies by the dictionary alone. */
export const dictionaryClassifier: Classifier = {
  classify: classifyCode,
  classifyForeign: () => undefined,
};
