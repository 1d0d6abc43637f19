// Who makes an entry: the participant by a Semaphore proof whose nullifier is the pseudonym, or staff of the participant's
// site by a signature. The same can be checked from the public entries by everybody.
import { and, eq } from "drizzle-orm";
import { Signature, verifyTypedData } from "ethers";
import type {
  Authority,
  ParticipantAuthority,
  StaffAuthority,
} from "../../../circuits/statement/exchange/authority.ts";
import { TASKS } from "../../../circuits/statement/exchange/delegation.ts";
import {
  CORRECTIONS,
  DEPOSIT_TYPES,
  type Deposit,
  depositDomain,
  depositMessage,
  type Entry,
  hashEntry,
  SOURCES,
} from "../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../../circuits/statement/trial/consent.ts";
import { scopeOf } from "../../../circuits/statement/trial/trial.ts";
import { eventually } from "../../indexer/eventually.ts";
import type { Services } from "../../schema/context.ts";
import { groups, versions } from "../../trials/tables.ts";
import { asked } from "./asked.ts";
import { hasHadRoot } from "./groupRoots.ts";

/** Refuses with NotScreened, InvalidProof, InvalidSignature, DeadlinePassed, WrongSite, NotStaff, or MalformedInput. */
export async function requireAuthority(
  services: Services,
  entry: Entry,
  authority: Authority,
): Promise<void> {
  // A site's forms are its own word, all else the participant's: neither speaks for the other.
  const isSites = entry.source === SOURCES.site;
  if (isSites !== (authority.kind === "staff")) {
    throw new Refusal("MalformedInput", { field: isSites ? "staff" : "participant" });
  }
  if (authority.kind === "staff") await requireStaff(services, entry, authority);
  else await requireProof(services, entry, authority);
}

async function requireProof(
  services: Services,
  entry: Entry,
  { version, groupRoot, points }: ParticipantAuthority,
): Promise<void> {
  const { trialId } = entry;
  const isRoot = () => isRootOf(services, { trialId, version, groupRoot });
  if (!(await eventually(services, isRoot, Boolean))) throw new Refusal("NotScreened");
  const { chainId, addresses } = services.deployment;
  const isValid = await services.verifier.semaphore({
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: groupRoot.toString(),
    nullifier: entry.pseudonym.toString(),
    message: depositMessage(entry).toString(),
    scope: scopeOf({ chainId, screening: addresses.Screening, trialId }).toString(),
    points: points.map(String),
  });
  if (!isValid) throw new Refusal("InvalidProof");
}

type Root = Pick<ParticipantAuthority, "version" | "groupRoot"> & { readonly trialId: string };

/** Whether those screened for a version that the board has approved once had this root. */
async function isRootOf({ db }: Services, of: Root): Promise<boolean> {
  const [group] = await db
    .select({ version: groups.version })
    .from(versions)
    .innerJoin(
      groups,
      and(
        eq(groups.trialId, versions.trialId),
        // Unset before the approval: no group is joined then.
        eq(groups.version, versions.screeningVersion),
      ),
    )
    .where(and(eq(versions.trialId, of.trialId), eq(versions.version, of.version)));
  if (group === undefined) return false;
  return await hasHadRoot(db, { trialId: of.trialId, version: group.version }, of.groupRoot);
}

async function requireStaff(
  { chain, deployment }: Services,
  entry: Entry,
  { siteId, key, deadline, signature }: StaffAuthority,
): Promise<void> {
  const { trialId, pseudonym } = entry;
  if (deadline < BigInt(await chain.time())) throw new Refusal("DeadlinePassed", { deadline });
  const signed: Deposit = { entry: hashEntry(entry), siteId, deadline };
  const { chainId, addresses } = deployment;
  const domain = depositDomain({ chainId, depositLog: addresses.DepositLog });
  if (signerOf(domain, signed, signature) !== key) throw new Refusal("InvalidSignature");
  const { custody, staff } = chain.contracts;
  const own = Number(await asked(() => custody.siteIdOf(trialId, pseudonym)));
  if (own !== siteId) throw new Refusal("WrongSite", { expected: own });
  const isCorrection = entry.correction !== CORRECTIONS.none;
  const tasks = TASKS.deposit | (isCorrection ? TASKS.correct : 0);
  if (!(await asked(() => staff.isStaff(trialId, siteId, key, tasks)))) {
    throw new Refusal("NotStaff", { key });
  }
}

/**
 * Who signed, in lower case; undefined for a signature that no key makes, and for one that is not written in the one
 * way: it stands in the public entries. A contract account delegates to a person's key.
 */
function signerOf(
  domain: ReturnType<typeof depositDomain>,
  signed: Deposit,
  signature: string,
): string | undefined {
  try {
    if (Signature.from(signature).serialized !== signature) return undefined;
    return verifyTypedData(domain, DEPOSIT_TYPES, signed, signature).toLowerCase();
  } catch {
    return undefined;
  }
}
