// Whether an entry was made by whom it says: by the participant, with a proof in the group of a version of the trial, or
// by staff of the participant's site, as of the block at which it was accepted. Everybody can check it; nobody's word is
// taken.
import { Group } from "@semaphore-protocol/core";
import type {
  ParticipantAuthority,
  StaffAuthority,
} from "../../circuits/statement/exchange/authority.ts";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import {
  type At,
  CORRECTIONS,
  DEPOSIT_TYPES,
  depositDomain,
  depositMessage,
  hashEntry,
  SOURCES,
} from "../../circuits/statement/exchange/entry.ts";
import { isMessageSignedBy } from "../../circuits/statement/exchange/signed.ts";
import { verifySemaphore } from "../../circuits/statement/proof/semaphoreProof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import type { AuditEvent } from "../api/event.ts";
import type { PublicEntry } from "../api/exchange.ts";
import type { PublicState } from "../api/trial.ts";
import { membersOf } from "../patient/self.ts";
import { isStaffAt, type StaffEntry, staffLog } from "./staff.ts";

/** An entry waits so long for its batch at most, and its signer may have lost the task meanwhile. */
const WAIT_SECONDS = 86_400;

export type AuthorityGround = {
  readonly at: At;
  readonly scope: bigint;
  readonly state: Pick<PublicState, "trialId" | "versions" | "groups">;
  /** Of all trials, oldest first: a batch is of none. */
  readonly events: readonly AuditEvent[];
};

/** Checks one entry. Refuses with `InvalidProof`, `UnknownRoot`, `InvalidSignature`, `DeadlinePassed`, `WrongSite` or `NotStaff`. */
export type AuthorityCheck = (entry: PublicEntry) => Promise<void>;

/** A check for many entries of a trial: what is common to them is read once. */
export function authorityCheck(ground: AuthorityGround): AuthorityCheck {
  const staff = staffLog(ground.events, ground.state.trialId);
  const sites = sitesOfParticipants(ground);
  const anchored = anchorTimes(ground.events);
  const roots = new Map<number, ReadonlySet<bigint>>();
  return async (deposited) => {
    const { entry, authority, batch } = deposited;
    if (entry.trialId !== ground.state.trialId) throw new Refusal("UnknownTrial");
    // A site's forms are its own word, all else the participant's: neither speaks for the other.
    if ((entry.source === SOURCES.site) !== (authority.kind === "staff")) {
      throw new Refusal("InvalidProof", { part: "authority" });
    }
    if (authority.kind === "participant") {
      const known = roots.get(authority.version) ?? rootsOf(ground, authority.version);
      roots.set(authority.version, known);
      await checkProof(deposited, authority, { ...ground, roots: known });
      return;
    }
    const anchoredAt = batch === undefined ? undefined : anchored.get(batch);
    checkSignature(deposited, authority, ground);
    const isTheirs = sites.get(entry.pseudonym)?.has(authority.siteId) === true;
    if (!isTheirs) throw new Refusal("WrongSite", { siteId: authority.siteId });
    requireStaff(deposited, authority, { ground, staff, anchoredAt });
  };
}

async function checkProof(
  { entry }: PublicEntry,
  { groupRoot, points }: ParticipantAuthority,
  { scope, roots }: { scope: bigint; roots: ReadonlySet<bigint> },
): Promise<void> {
  if (!roots.has(groupRoot)) throw new Refusal("UnknownRoot", { root: groupRoot });
  const proof = {
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: groupRoot.toString(),
    nullifier: entry.pseudonym.toString(),
    message: depositMessage(entry).toString(),
    scope: scope.toString(),
    points: points.map(String),
  };
  if (!(await verifySemaphore({ proof }))) throw new Refusal("InvalidProof", { part: "deposit" });
}

/** Every root that a version's group has had. */
function rootsOf({ state }: AuthorityGround, version: number): ReadonlySet<bigint> {
  const group = new Group();
  const roots = new Set<bigint>();
  for (const member of membersOf(state, version)) {
    group.addMember(member);
    roots.add(group.root);
  }
  return roots;
}

function checkSignature(
  { entry }: PublicEntry,
  { siteId, key, deadline, signature }: StaffAuthority,
  { at }: AuthorityGround,
): void {
  const message = { entry: hashEntry(entry), siteId, deadline };
  const domain = depositDomain(at);
  const isSigned = isMessageSignedBy({
    ...{ account: key, domain, types: DEPOSIT_TYPES, message, signature },
  });
  if (!isSigned) throw new Refusal("InvalidSignature");
}

function requireStaff(
  { entry, block }: PublicEntry,
  { siteId, key, deadline }: StaffAuthority,
  of: {
    ground: AuthorityGround;
    staff: readonly StaffEntry[];
    anchoredAt: number | undefined;
  },
): void {
  const { ground, staff, anchoredAt = Number.POSITIVE_INFINITY } = of;
  const { state } = ground;
  // Whoever signed did so before it was anchored, and at most a day before: later is a signature that waited too long.
  const earliest = anchoredAt - WAIT_SECONDS;
  if (Number(deadline) < earliest && anchoredAt !== Number.POSITIVE_INFINITY) {
    throw new Refusal("DeadlinePassed");
  }
  const approved = state.versions.filter(({ approvedAt }) => approvedAt !== null);
  const isSigner = approved.some(({ terms, approvedAt, version }) => {
    const next = approved.find((later) => later.version > version);
    const isInForce =
      (approvedAt ?? 0) <= anchoredAt &&
      (next === undefined ||
        anchoredAt === Number.POSITIVE_INFINITY ||
        (next.approvedAt ?? 0) >= earliest);
    return (
      isInForce &&
      terms.sites.some((site) => site.siteId === siteId && site.signer === key.toLowerCase())
    );
  });
  if (isSigner) return;
  const task = TASKS.deposit | (entry.correction === CORRECTIONS.none ? 0 : TASKS.correct);
  const at = { siteId, key, task, block, time: anchoredAt, slack: WAIT_SECONDS };
  if (!isStaffAt(staff, at)) throw new Refusal("NotStaff", { key });
}

/** Sites that a participant has consented to be at, ever. */
function sitesOfParticipants({ events, state }: AuthorityGround): Map<bigint, Set<number>> {
  const sites = new Map<bigint, Set<number>>();
  for (const { name, arguments: args } of events) {
    const isConsent = name === "Consented" && args.trialId === state.trialId;
    if (!isConsent || args.pseudonym === undefined) continue;
    const pseudonym = BigInt(args.pseudonym);
    const { siteId } = JSON.parse(args.statement ?? "{}") as { siteId?: unknown };
    const known = sites.get(pseudonym) ?? new Set();
    sites.set(pseudonym, known.add(Number(siteId)));
  }
  return sites;
}

/** When batches were anchored, by root: Unix seconds. */
export function anchorTimes(events: readonly AuditEvent[]): Map<string, number> {
  const anchors = events.filter(({ name }) => name === "DepositsAnchored");
  return new Map(
    anchors.map(({ arguments: args, blockTime }) => [args.root?.toLowerCase() ?? "", blockTime]),
  );
}
