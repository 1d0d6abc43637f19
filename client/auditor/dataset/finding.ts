// What an audit of a dataset can find wrong, by rule. The ids are stable: reports and scripts name them.

const DATASET_RULES = {
  "dataset/manifest": "the manifest is there, in its canonical form, and agrees with itself",
  "dataset/published": "the manifest is one whose hash was anchored or published",
  "dataset/chain": "cut and request are the chain's, as the manifest says",
  "dataset/file": "every file is listed, is there, and has the hash that is listed",
  "dataset/packages": "entries and what was left out add up to the cut's root",
  "dataset/entry": "every entry is public and anchored, and the manifest says of it what it says",
  "dataset/member": "every entry is of a participant of the cut, under its permission",
  "dataset/consent": "each consent covered the permission when the cut was sealed and opened",
  "dataset/superseded": "no entry had been corrected before the cut was sealed",
  "dataset/row-unknown": "every row names an entry of its table",
  "dataset/row-added": "an entry has no more rows or resources than its package gives",
  "dataset/row-removed": "an entry has no fewer rows or resources than its package gives",
  "dataset/row-changed": "every row and resource is as it was written",
  "dataset/unequal": "tables and FHIR resources say the same",
  "dataset/package": "the resources are what the packages hold",
} as const;
export type DatasetRule = keyof typeof DATASET_RULES;

/** What is wrong, with what its rule says of an honest dataset. */
export type DatasetFinding = {
  readonly rule: DatasetRule;
  readonly says: string;
  readonly reason: string;
};
export type DatasetReport = (rule: DatasetRule, reason: string) => void;

/** Of one rule; a table exchanged as a whole has as many as it has rows. */
const MAX_TOLD = 1_000;

/** Gathers findings; of a rule's thousands the first are told, and how many more there are. */
export function gatherFindings(): {
  readonly report: DatasetReport;
  readonly findings: () => DatasetFinding[];
} {
  const told: DatasetFinding[] = [];
  const counts = new Map<DatasetRule, number>();
  return {
    report: (rule, reason) => {
      const count = (counts.get(rule) ?? 0) + 1;
      counts.set(rule, count);
      if (count <= MAX_TOLD) told.push(findingOf(rule, reason));
    },
    findings: () => {
      const more = [...counts].filter(([, count]) => count > MAX_TOLD);
      const rest = more.map(([rule, count]) => findingOf(rule, `and ${count - MAX_TOLD} more`));
      return [...told, ...rest];
    },
  };
}

function findingOf(rule: DatasetRule, reason: string): DatasetFinding {
  return { rule, says: DATASET_RULES[rule], reason };
}
