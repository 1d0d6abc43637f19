// The manifest's entries against the public ones, the cut's participants and their consents.
import type { Deposited } from "../../../circuits/statement/exchange/authority.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import {
  type Manifest,
  type ManifestEntry,
  publicFields,
} from "../../exchange/dataset/manifest.ts";
import { subjectNames } from "../../exchange/dataset/subjects.ts";
import type { DatasetEvidence, SealedCut } from "./evidence.ts";
import type { DatasetReport } from "./finding.ts";

type Compared = {
  readonly manifest: Manifest;
  readonly evidence: DatasetEvidence;
  /** Public entries by their hashes. */
  readonly entries: ReadonlyMap<Bytes32, Deposited>;
  readonly report: DatasetReport;
};

export function compareEntries(of: Compared): void {
  const { manifest, evidence, entries, report } = of;
  const cut = evidence.cutOf(manifest.cut.cutId);
  const members = new Set(cut?.pseudonyms);
  const subjects = subjectNames(manifest.entries.map(({ pseudonym }) => BigInt(pseudonym)));
  for (const told of manifest.entries) {
    const deposited = entries.get(told.entry);
    if (deposited === undefined) {
      report("dataset/entry", `entry ${told.entry} is not among the trial's public entries`);
      continue;
    }
    compareEntry({ told, deposited, evidence, report });
    if (told.subject !== subjects.get(BigInt(told.pseudonym))) {
      report("dataset/entry", `entry ${told.entry}: its subject is not its pseudonym, shortened`);
    }
    compareMember({ told, deposited, members, cut, report });
  }
  if (cut !== undefined) {
    compareConsents(of, cut);
    compareCorrections(of, cut);
  }
}

function compareEntry(of: {
  told: ManifestEntry;
  deposited: Deposited;
  evidence: DatasetEvidence;
  report: DatasetReport;
}): void {
  const { told, deposited, evidence, report } = of;
  const tell = (reason: string) => report("dataset/entry", `entry ${told.entry}: ${reason}`);
  const fields = publicFields(deposited.entry);
  for (const name of Object.keys(fields) as (keyof typeof fields)[]) {
    if (told[name] !== fields[name]) tell(`its ${name} is not the public one`);
  }
  const { authority, batch } = deposited;
  const isSame =
    authority.kind === "participant"
      ? told.authority.kind === "participant" && told.authority.version === authority.version
      : told.authority.kind === "staff" &&
        told.authority.siteId === authority.siteId &&
        told.authority.key.toLowerCase() === authority.key.toLowerCase();
  if (!isSame) tell("whoever made it is not who the public one names");
  // It may have waited for its batch when the dataset was made.
  if (told.batch !== undefined && told.batch !== batch) tell("its batch is another");
  if (batch === undefined || evidence.anchoredIn(batch) === undefined) tell("it is not anchored");
}

function compareMember(of: {
  told: ManifestEntry;
  deposited: Deposited;
  members: ReadonlySet<bigint>;
  cut: SealedCut | undefined;
  report: DatasetReport;
}): void {
  const { told, deposited, members, cut, report } = of;
  if (cut === undefined) return;
  const { entry } = deposited;
  const tell = (reason: string) => report("dataset/member", `entry ${told.entry}: ${reason}`);
  if (entry.trialId !== cut.trialId) tell("it is of another trial");
  if (!members.has(entry.pseudonym)) tell("its participant was not sealed in the cut");
  if ((entry.permission & ~cut.permission) !== 0 || entry.permission === 0) {
    tell("it needs a permission that the cut was not sealed under");
  }
}

/** At the block of the cut, and at that of the request: who withdrew between is left out. */
function compareConsents({ manifest, evidence, entries, report }: Compared, cut: SealedCut): void {
  const needed = new Map<bigint, number>();
  for (const { entry } of manifest.entries) {
    const deposited = entries.get(entry)?.entry;
    if (deposited === undefined) continue;
    const { pseudonym, permission } = deposited;
    needed.set(pseudonym, (needed.get(pseudonym) ?? 0) | permission);
  }
  const asked = evidence.requestOf(manifest.request.requestId);
  const blocks = [
    ["when the cut was sealed", cut.block],
    ...(asked === undefined ? [] : [["when it was requested", asked.block] as const]),
  ] as const;
  for (const [pseudonym, permission] of needed) {
    for (const [when, block] of blocks) {
      const reason = evidence.uncovered({ pseudonym, permission, block });
      if (reason === undefined) continue;
      const who = `pseudonym ${pseudonym}`;
      report(
        "dataset/consent",
        `${who} did not consent to this ${when} (block ${block}): ${reason}`,
      );
    }
  }
}

function compareCorrections(
  { manifest, evidence, entries, report }: Compared,
  cut: SealedCut,
): void {
  const inDataset = new Set(manifest.entries.map(({ entry }) => entry));
  for (const { entry, batch } of entries.values()) {
    const { replaces } = entry;
    if (replaces === ZERO_BYTES32 || !inDataset.has(replaces) || batch === undefined) continue;
    const block = evidence.anchoredIn(batch);
    if (block === undefined || block >= cut.block) continue;
    report("dataset/superseded", `entry ${replaces} had been corrected in block ${block}`);
  }
}
