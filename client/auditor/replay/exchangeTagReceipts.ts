// Whether each person's tag was evaluated by enough custodians. The chain takes any tag that a desk signs: a dishonest one
// could register a number of its own making, and admit a person twice.
import { id } from "ethers";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Report } from "../finding/finding.ts";
import type { PublicReceipts } from "./exchangeRows.ts";
import type { Trial, World } from "./state.ts";

/** What a receipt says of a blinded document that was evaluated. */
const EVALUATED = id("Evaluated");

/** Of custodians whose receipts nobody showed it is not known what they evaluated: they count as if they had. */
export function checkTagReceipts(
  { exchange, trials }: World,
  told: PublicReceipts,
  { deployment, report }: { readonly deployment: Deployment; readonly report: Report },
): void {
  const evaluated = evaluatedBy(told, deployment);
  for (const key of exchange.tagOf.keys()) {
    const [trialId = "", pseudonym = ""] = key.split(" ");
    const holders = holdersOf(trials.get(trialId as Bytes32));
    if (holders === undefined) continue;
    const by = evaluated.get(pseudonym);
    const possible = holders.members.filter((one) => !told.has(one) || by?.has(one) === true);
    if (possible.length >= holders.threshold) continue;
    const words = `${possible.length} of the ${holders.threshold} custodians that it takes`;
    report("tag/evaluated", `the tag of pseudonym ${pseudonym} was evaluated by ${words}`);
  }
}

/** Custodians with a receipt for an evaluation, by pseudonym. */
function evaluatedBy(
  told: PublicReceipts,
  { addresses }: Deployment,
): ReadonlyMap<string, ReadonlySet<string>> {
  const registry = addresses.PersonTags.toLowerCase();
  const found = new Map<string, Set<string>>();
  for (const [custodian, rows] of told) {
    for (const { receipt } of rows) {
      if (receipt.registry.toLowerCase() !== registry || receipt.outcome !== EVALUATED) continue;
      const pseudonym = String(receipt.requestId);
      found.set(pseudonym, (found.get(pseudonym) ?? new Set()).add(custodian.toLowerCase()));
    }
  }
  return found;
}

/** The custodians of the first approved version that names any: they hold the key of the trial's tags. */
function holdersOf(
  trial: Trial | undefined,
): { readonly members: readonly string[]; readonly threshold: number } | undefined {
  const [first] = [...(trial?.versions ?? [])]
    .filter(([, { approvedAt, terms }]) => approvedAt !== undefined && terms.custodians.length > 0)
    .sort(([a, one], [b, other]) => one.approvedAt! - other.approvedAt! || a - b);
  if (first === undefined) return undefined;
  const { custodians, custodianThreshold } = first[1].terms;
  const members = custodians.map((one) => one.toLowerCase());
  return { members, threshold: Number(custodianThreshold) };
}
