// What is published beside the trial file. Apart from its check, which needs the whole compiler.
import { MIN_CUSTODIAN_THRESHOLD } from "../../../../circuits/statement/trial/terms.ts";
import type { Custodians } from "../../../trial/document.ts";

/** Accounts that a publication names, which are no part of the file. */
export type Publishing = {
  /** Address of each site's signing key, by site number. */
  readonly signers: Readonly<Record<string, string>>;
  readonly board: string;
  /** Who holds the keys to what the trial collects; nobody, where it collects nothing. */
  readonly custodians: Custodians;
};

/** Until somebody chooses: two have to agree. */
export const NO_CUSTODIANS: Custodians = { threshold: MIN_CUSTODIAN_THRESHOLD, members: [] };
