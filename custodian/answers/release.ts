// A request for shares, answered package by package: each check in its order, each a refusal by name, and nothing that is
// unknown allowed. The private key is touched last, for what all else allows.
import { getBytes, hexlify } from "ethers";
import { contextOf } from "../../circuits/statement/exchange/entry.ts";
import type { EntryPath } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke, openShare } from "../../circuits/statement/exchange/package.ts";
import { Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Now } from "../chain/blocks.ts";
import type { ChainNode } from "../chain/node.ts";
import type { Entries, Standing } from "../entries/entries.ts";
import type { Log } from "../log.ts";
import type { Keys } from "../store/keys.ts";
import type { StoredReceipt } from "../store/store.ts";
import { findErased, findUncovered } from "./consents.ts";
import { type Asking, findOpening, type Opening } from "./opening.ts";
import type { Outcome, Receipts } from "./receipts.ts";

/** Most packages of one call. */
export const PACKAGES_AT_ONCE = 100;
const RELEASE_INFO = new TextEncoder().encode("cohort-zero/release/1");

export type Package = EntryPath & {
  readonly entry: Bytes32;
  /** This custodian's own, from the package's header; hexadecimal. */
  readonly stanza: { readonly enc: string; readonly commitment: string; readonly body: string };
};
type Sealed = { readonly enc: string; readonly body: string };
type Verdict = { readonly code: RefusalCode } | Sealed;
export type Answer = Verdict & { readonly entry: Bytes32 } & StoredReceipt;

export type Releasing = {
  readonly node: ChainNode;
  readonly deployment: Deployment;
  readonly custodian: string;
  readonly entries: Entries;
  readonly keys: Keys;
  readonly receipts: Receipts;
  readonly log: Log;
};
/** Takes units of work off what an address may still ask for. Refuses with `TooManyRequests`. */
type Charge = (units: number) => void;

/** What a client that read the chain is hardly ever refused for; under all but the last any entry can be made up. */
const STRANGE: ReadonlySet<string> = new Set<RefusalCode>([
  ...(["UnknownRequest", "RequestEnded", "UnknownEntry", "NotInCut"] as const),
]);
/** Units for each of these: every refusal is kept with a receipt, and whoever makes up requests must not fill the disk. */
const STRANGE_COST = 10;

/**
 * Answers in the packages' order. Refuses as a whole with `TooLarge`, with `StorageUnavailable` when the receipts cannot
 * be kept, and as `charge` does.
 */
export async function release(
  at: Releasing & { readonly charge?: Charge },
  asking: Asking,
  packages: readonly Package[],
): Promise<Answer[]> {
  if (packages.length > PACKAGES_AT_ONCE) {
    throw new Refusal("TooLarge", { packages: packages.length, limit: PACKAGES_AT_ONCE });
  }
  const { verdicts, blockNumber } = await judge(at, asking, packages);
  const strange = verdicts.filter((verdict) => "code" in verdict && STRANGE.has(verdict.code));
  at.charge?.(strange.length * STRANGE_COST);
  // Kept before anything goes out: a share without a receipt there is none.
  const given = at.receipts.give(
    packages.map(({ entry }, i): Outcome => {
      const verdict = verdicts[i]!;
      const outcome = "code" in verdict ? verdict.code : "Released";
      return { ...asking, entry, outcome, blockNumber };
    }),
  );
  const released = verdicts.filter((verdict) => !("code" in verdict)).length;
  at.log.info({ released, withheld: packages.length - released }, "answered");
  return packages.map(({ entry }, i) => ({ entry, ...verdicts[i]!, ...given[i]! }));
}

type Judged = { readonly verdicts: readonly Verdict[]; readonly blockNumber: number };

async function judge(at: Releasing, asking: Asking, packages: readonly Package[]): Promise<Judged> {
  try {
    const now = await at.node.refresh();
    const opening = await findOpening(at, asking, now);
    await at.entries.refresh(opening.trialId, now);
    const verdicts = await judgeAll(at, { now, opening }, packages);
    return { verdicts, blockNumber: now.final.number };
  } catch (problem) {
    // What none of them passed, each is refused for.
    if (!(problem instanceof Refusal)) throw problem;
    at.log.warn({ err: problem }, "all refused");
    const verdicts = packages.map(() => ({ code: problem.code }));
    return { verdicts, blockNumber: at.node.blockNumber };
  }
}

type Question = { readonly now: Now; readonly opening: Opening };

async function judgeAll(
  at: Releasing,
  { now, opening }: Question,
  packages: readonly Package[],
): Promise<Verdict[]> {
  const hashes = packages.map(({ entry }) => entry);
  const standings = await at.entries.judge(hashes, now);
  const known = await askAbout(at, { now, opening }, [...standings.values()]);
  const recipient = await recipientOf(opening);
  return await Promise.all(
    packages.map(async (one): Promise<Verdict> => {
      const standing = standings.get(one.entry);
      if (standing === undefined) return { code: "UnknownEntry" };
      const code = firstRefusal({ opening, standing, known, package: one });
      return code === undefined ? await reseal(at, { one, standing, recipient }) : { code };
    }),
  );
}

/** What the contracts say of people, by permission and pseudonym. */
type Known = {
  readonly uncovered: ReadonlyMap<number, ReadonlyMap<bigint, RefusalCode>>;
  readonly erased: ReadonlySet<bigint>;
};

async function askAbout(
  { node }: Releasing,
  { now, opening }: Question,
  standings: readonly Standing[],
): Promise<Known> {
  const { trialId, isEmergency } = opening;
  const entries = standings.map(({ entry }) => entry).filter((one) => one.trialId === trialId);
  const uncovered = new Map<number, ReadonlyMap<bigint, RefusalCode>>();
  for (const permission of new Set(entries.map((entry) => entry.permission))) {
    // An emergency is not asked for consent: opting out was looked at with the case.
    if (isEmergency) break;
    const own = entries.filter((entry) => entry.permission === permission);
    const pseudonyms = [...new Set(own.map(({ pseudonym }) => pseudonym))];
    uncovered.set(permission, await findUncovered(node, now, { trialId, permission, pseudonyms }));
  }
  const pseudonyms = [...new Set(entries.map(({ pseudonym }) => pseudonym))];
  return { uncovered, erased: await findErased(node, now, { trialId, pseudonyms }) };
}

type Case = {
  readonly opening: Opening;
  readonly standing: Standing;
  readonly known: Known;
  readonly package: Package;
};
type Check = (of: Case) => RefusalCode | undefined;

/** In this order, after request and end, which are the same for all packages. */
const CHECKS: readonly Check[] = [
  ({ standing }) => (standing.isAnchored ? undefined : "EntryNotAnchored"),
  ({ standing }) => (standing.isValid ? undefined : "EntryInvalid"),
  ({ opening, standing, package: { entry, index, path } }) =>
    opening.refuse(standing.entry, entry, { index, path }),
  ({ opening }) => opening.requester,
  ({ opening, standing: { entry }, known }) => {
    if (opening.isEmergency) return undefined;
    const asked = known.uncovered.get(entry.permission);
    // Nobody asked: then nobody knows.
    return asked === undefined ? "NotCovered" : asked.get(entry.pseudonym);
  },
  ({ standing: { entry }, known }) => (known.erased.has(entry.pseudonym) ? "Erased" : undefined),
  ({ standing }) => (standing.isSuperseded ? "Superseded" : undefined),
];

function firstRefusal(of: Case): RefusalCode | undefined {
  for (const check of CHECKS) {
    const code = check(of);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** The request's key; undefined when it is no point that a secret can be agreed with. */
async function recipientOf({ recipientKey }: Opening): Promise<CryptoKey | undefined> {
  try {
    const key = await hpke.kem.deserializePublicKey(getBytes(recipientKey));
    // Points of small order are refused when a key is agreed (RFC 7748, 6.1).
    await hpke.createSenderContext({ recipientPublicKey: key, info: RELEASE_INFO });
    return key;
  } catch {
    return undefined;
  }
}

/** Opens the share under its entry's context, and seals it to the request's key. */
async function reseal(
  { keys, deployment, custodian }: Releasing,
  of: {
    readonly one: Package;
    readonly standing: Standing;
    readonly recipient: CryptoKey | undefined;
  },
): Promise<Verdict> {
  const { stanza, entry: hash } = of.one;
  const { entry } = of.standing;
  const key = await keys.open({ trialId: entry.trialId, pseudonym: entry.pseudonym });
  if (key === undefined) return { code: "NoCustodianKey" };
  const { chainId, addresses } = deployment;
  const context = contextOf({ chainId, depositLog: addresses.DepositLog }, entry);
  let share: Uint8Array;
  try {
    const bytes = {
      ...{ enc: getBytes(stanza.enc), commitment: getBytes(stanza.commitment) },
      ...{ body: getBytes(stanza.body), address: custodian },
    };
    share = await openShare({ stanza: bytes, context, key });
  } catch {
    return { code: "StanzaDoesNotOpen" };
  }
  if (of.recipient === undefined) return { code: "RecipientKeyInvalid" };
  const sender = await hpke.createSenderContext({
    recipientPublicKey: of.recipient,
    info: RELEASE_INFO,
  });
  const body = new Uint8Array(await sender.seal(share, getBytes(hash)));
  share.fill(0);
  return { enc: hexlify(new Uint8Array(sender.enc)), body: hexlify(body) };
}
