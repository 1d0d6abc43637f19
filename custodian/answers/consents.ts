// Whether participants' consent covers a permission, and whether they were erased: asked of the contracts themselves, as
// of the final and of the newest block. A withdrawal counts from its own block on.
import { id } from "ethers";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import { type Bytes32, PARTICIPANT_STATES } from "../../circuits/statement/trial/trial.ts";
import type { Block, Now } from "../chain/blocks.ts";
import { type ChainNode, isNodeTrouble } from "../chain/node.ts";

const WITHDRAWN = PARTICIPANT_STATES.indexOf("withdrawn");
/** What `NotCovered` gives as its reason, by selector. */
const REASONS: ReadonlyMap<string, RefusalCode> = new Map(
  (["UnknownParticipant", "WrongState", "ConsentMissing", "ConsentExpired"] as const).map(
    (code) => [id(`${code}()`).slice(0, 10), code] as const,
  ),
);

type Asked = {
  readonly trialId: Bytes32;
  readonly permission: number;
  readonly pseudonyms: readonly bigint[];
};

/** Calls to the node at once. */
const AT_ONCE = 25;

/** Why nothing of each may be released now; those who are not named are covered. Refuses as the node does. */
export async function findUncovered(
  node: ChainNode,
  now: Now,
  asked: Asked,
): Promise<Map<bigint, RefusalCode>> {
  const found = new Map<bigint, RefusalCode>();
  for (const block of blocksOf(now)) {
    const left = asked.pseudonyms.filter((one) => !found.has(one));
    // Where there is no contract, nothing is refused: that it is there has to be seen.
    await node.requireCode(block, "CutRegistry");
    const refusal = await whyUncovered(node, block, { ...asked, pseudonyms: left });
    if (refusal === undefined) continue;
    for (const pseudonym of left) {
      // The contract names the first only; what is about the trial is about all of them.
      const own =
        refusal.code === "NotCovered"
          ? await whyUncovered(node, block, { ...asked, pseudonyms: [pseudonym] })
          : refusal;
      if (own === undefined) continue;
      const of = { trialId: asked.trialId, permission: asked.permission, pseudonym };
      found.set(pseudonym, await nameOf(node, block, of, own));
    }
  }
  return found;
}

/** Those whose erasure was asked for, at either block. */
export async function findErased(
  node: ChainNode,
  now: Now,
  { trialId, pseudonyms }: Pick<Asked, "trialId" | "pseudonyms">,
): Promise<Set<bigint>> {
  const found = new Set<bigint>();
  for (let at = 0; at < pseudonyms.length; at += AT_ONCE) {
    const some = pseudonyms.slice(at, at + AT_ONCE);
    const times = await Promise.all(
      some.map((one) => node.both(now, ["CustodyLog", "erasureAskedAt", trialId, one])),
    );
    some.forEach((pseudonym, i) => {
      const isAsked = times[i]!.some((time) => time !== 0n);
      if (isAsked || node.facts.isErased(trialId, pseudonym)) found.add(pseudonym);
    });
  }
  return found;
}

const blocksOf = ({ final, head }: Now): readonly Block[] =>
  final.hash === head.hash ? [final] : [final, head];

/** What the contract refuses these participants with; undefined: all are covered. */
async function whyUncovered(
  node: ChainNode,
  block: Block,
  { trialId, permission, pseudonyms }: Asked,
): Promise<Refusal | undefined> {
  if (pseudonyms.length === 0) return undefined;
  try {
    await node.at(block, ["CutRegistry", "requireCovered", trialId, permission, pseudonyms]);
    return undefined;
  } catch (problem) {
    if (!(problem instanceof Refusal) || isNodeTrouble(problem)) throw problem;
    return problem;
  }
}

/** A name that says more than the contract's: what a person did, and what a trial lacks. */
async function nameOf(
  node: ChainNode,
  block: Block,
  of: { readonly trialId: Bytes32; readonly permission: number; readonly pseudonym: bigint },
  refusal: Refusal,
): Promise<RefusalCode> {
  if (refusal.code !== "NotCovered") return refusal.code;
  const reason = REASONS.get(String(refusal.details.reason).toLowerCase());
  if (reason !== "WrongState" && reason !== "ConsentMissing") return reason ?? "NotCovered";
  const call = ["Enrollment", "participantOf", of.trialId, of.pseudonym] as const;
  const [participant] = (await node.at(block, call)) as [{ state: bigint; permissions: bigint }];
  if (Number(participant.state) === WITHDRAWN) return "Withdrawn";
  if (reason === "WrongState") return reason;
  const isGiven = (of.permission & ~Number(participant.permissions)) === 0;
  return isGiven ? "OnHold" : "PermissionNotGiven";
}
