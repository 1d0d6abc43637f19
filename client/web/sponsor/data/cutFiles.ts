// Cuts sealed here: their entries in order are public and can be found again from the cut's root; until a request is
// made, this page's memory and the browser's storage hold them.
import { hashEntry } from "../../../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../../../circuits/statement/exchange/entryTree.ts";
import { ZERO_BYTES32 } from "../../../../circuits/statement/trial/trial.ts";
import type { PublicEntry } from "../../../api/exchange.ts";
import { newestEntries, type SealedCut } from "../../../exchange/cut.ts";
import type { CutInfo, TrialData } from "../../auditor/exchange/trialData.ts";

const sealed = new Map<string, SealedCut>();

/** Remembers a cut while the page is open. */
export function keepCut(cut: SealedCut): void {
  sealed.set(cut.packagesRoot, cut);
}

/**
 * A cut with its entries in order: as it was sealed here, or tried again from the public entries of its time.
 * Undefined when none of these add up to its root: then it was sealed from a choice of collections or people.
 */
export function findCut(data: TrialData, cut: CutInfo): SealedCut | undefined {
  const { cutId, permission, packagesRoot } = cut;
  const known = sealed.get(packagesRoot);
  if (known !== undefined) return known;
  const event = data.events.find(
    ({ name, arguments: args }) => name === "Sealed" && args.cutId === cutId.toString(),
  );
  if (event === undefined) return undefined;
  const members = new Set(
    (JSON.parse(event.arguments.pseudonyms ?? "[]") as unknown[]).map(String),
  );
  const anchors = new Map(
    data.events.flatMap(({ name, arguments: args, blockNumber }) =>
      name === "DepositsAnchored" ? [[args.root ?? "", blockNumber] as const] : [],
    ),
  );
  const wasThere = ({ batch }: PublicEntry) =>
    batch !== undefined && (anchors.get(batch) ?? Number.POSITIVE_INFINITY) <= event.blockNumber;
  // What was deposited by then decides what stood; only what was anchored by then could be sealed.
  const then = data.entries.filter(({ block }) => block <= event.blockNumber);
  const chosen = newestEntries(then)
    .filter((one) => wasThere(one) && one.entry.permission === permission)
    .filter(({ entry }) => members.has(entry.pseudonym.toString()))
    .sort(byPlace);
  if (chosen.length !== cut.packages) return undefined;
  const entries = chosen.map(({ entry }) => hashEntry(entry));
  if (entryTree(entries).root !== packagesRoot || packagesRoot === ZERO_BYTES32) return undefined;
  return { cutId, trialId: data.trial.trialId, permission, entries, packagesRoot };
}

/** The order of a cut's tree. */
function byPlace({ entry: a }: PublicEntry, { entry: b }: PublicEntry): number {
  if (a.pseudonym !== b.pseudonym) return a.pseudonym < b.pseudonym ? -1 : 1;
  if (a.collection !== b.collection) return a.collection < b.collection ? -1 : 1;
  return a.sequence - b.sequence;
}
