// Compares what stands in a file with what the manifest keeps of each entry, and names the rows that differ.
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import {
  type Imprint,
  imprinted,
  MARK_LENGTH,
  markOf,
  NO_IMPRINT,
} from "../../exchange/dataset/cells.ts";
import type { DatasetReport, DatasetRule } from "./finding.ts";

/** What the rules call it when something is there too much, missing, or another. */
type Rules = {
  readonly added: DatasetRule;
  readonly removed: DatasetRule;
  readonly changed: DatasetRule;
};

export const ROW_RULES: Rules = {
  added: "dataset/row-added",
  removed: "dataset/row-removed",
  changed: "dataset/row-changed",
};
/** For rows that follow from the resources. */
export const EQUAL_RULES: Rules = {
  added: "dataset/unequal",
  removed: "dataset/unequal",
  changed: "dataset/unequal",
};

export type Tally = {
  /** An item of an entry, by its number from 1. */
  readonly add: (entry: Bytes32, number: unknown, hash: Bytes32) => void;
  /** Names what is missing. */
  readonly end: () => void;
};

type Tallied = {
  readonly expected: Imprint;
  readonly seen: Set<number>;
  imprint: Imprint;
  isTold: boolean;
};

/** Counts items of the given entries; `where` is the file, `what` an item in words ("row"). */
export function tally(of: {
  expected: ReadonlyMap<Bytes32, Imprint>;
  where: string;
  what: string;
  rules: Rules;
  report: DatasetReport;
}): Tally {
  const { where, what, rules, report } = of;
  const all = new Map<Bytes32, Tallied>();
  for (const [entry, expected] of of.expected) {
    all.set(entry, { expected, seen: new Set(), imprint: NO_IMPRINT, isTold: false });
  }
  const tell = (one: Tallied, rule: DatasetRule, reason: string) => {
    one.isTold = true;
    report(rule, `${where}: ${reason}`);
  };
  return {
    add: (entry, number, hash) => {
      const one = all.get(entry);
      if (one === undefined) return;
      const name = `${what} ${String(number)} of entry ${entry}`;
      if (!isNumberOf(one, number)) {
        tell(one, rules.added, `${name} is there, and its package gives none`);
        return;
      }
      one.seen.add(number);
      one.imprint = imprinted(one.imprint, hash);
      const due = one.expected.marks.slice((number - 1) * MARK_LENGTH, number * MARK_LENGTH);
      if (markOf(hash) !== due) tell(one, rules.changed, `${name} is not what was written`);
    },
    end: () => {
      for (const [entry, one] of all) {
        for (let number = 1; number <= one.expected.count; number++) {
          if (one.seen.has(number)) continue;
          tell(one, rules.removed, `${what} ${number} of entry ${entry} is missing`);
        }
        // Marks are short: the whole hash also finds what was made to have the same mark, and another order.
        if (one.isTold || one.imprint.hash === one.expected.hash) continue;
        tell(one, rules.changed, `the ${what}s of entry ${entry} are not those written, in order`);
      }
    },
  };
}

function isNumberOf({ expected, seen }: Tallied, number: unknown): number is number {
  const isWithin = Number.isInteger(number) && Number(number) >= 1;
  return isWithin && Number(number) <= expected.count && !seen.has(Number(number));
}
