// What the page and its worker say to each other: plain data both ways.
import type { Bytes32 } from "../../../../../circuits/statement/trial/trial.ts";
import type { Completeness } from "../../../../exchange/dataset/completeness.ts";
import type { TableFigures } from "../../../../exchange/dataset/figures.ts";
import type { Omission } from "../../../../exchange/dataset/opened.ts";
import type { Fault } from "../../../../exchange/faults.ts";
import type { Copy } from "../../../../exchange/purge.ts";
import type { CutInfo, TrialData } from "../../../auditor/exchange/trialData.ts";
import type { KeptRequest } from "../kept.ts";

export type OpeningProgress = {
  readonly step: "packages" | "shares" | "opening" | "reading" | "tables" | "files";
  readonly done: number;
  readonly of: number;
};

/** Everything public that a fetch needs, and the request's key. */
export type FetchInput = {
  readonly data: TrialData;
  readonly cut: CutInfo;
  readonly request: Copy;
  readonly kept: KeptRequest;
};

/** A request by its contract and number. */
export type Which = { readonly registry: string; readonly requestId: bigint };

/** What was opened: its figures; its files stay in the worker until they are saved. */
export type OpenedData = {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** The manifest's, as it can be anchored. */
  readonly hash: Bytes32;
  readonly packages: number;
  /** How many people of the cut have something in it. */
  readonly people: number;
  readonly leftOut: readonly Omission[];
  readonly faults: readonly Fault[];
  /** Custodians of the trial who did not answer. */
  readonly away: readonly string[];
  readonly completeness: readonly Completeness[];
  readonly figures: readonly TableFigures[];
  /** Why a fetch would begin anew after a reload; undefined: it would go on. */
  readonly notKept: string | undefined;
};
