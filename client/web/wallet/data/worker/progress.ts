// How far the worker of the wallet's data is.
import type { Progress } from "../../../prover/messages.ts";

export type DataProgress =
  | Progress
  | {
      readonly phase: "reading";
      /** Of the file as it is unpacked; a packed one has more than its own size. */
      readonly bytes: number;
      readonly taken: number;
    }
  | { readonly phase: "sending"; readonly part: number; readonly of: number };

export type Report = (progress: DataProgress) => void;
