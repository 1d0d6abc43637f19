// Trials, their versions and approvals.
import { and, eq } from "drizzle-orm";
import { ZeroAddress } from "ethers";
import { showableSeconds } from "../../circuits/statement/day.ts";
import { SIZES } from "../../circuits/statement/program.ts";
import { circuitIdOf, TRIAL_STATUSES } from "../../circuits/statement/trial.ts";
import { type StoredTerms, trials, versions } from "../store/tables.ts";
import type { Handler } from "./apply.ts";

type Values = Record<string, string>;

const CIRCUITS = new Map(
  Object.values(SIZES).map(({ circuit }) => [circuitIdOf(circuit), circuit] as const),
);

/** Unix seconds as a Date that a database takes. */
export function dateOf(seconds: string): Date {
  return new Date(showableSeconds(seconds) * 1000);
}

/** The terms as logged, with numbers as numbers and the circuit by name. */
function storedTerms(logged: Record<string, unknown>): StoredTerms {
  const number = (name: string) => Number(logged[name]);
  const text = (name: string) => String(logged[name]);
  const flag = (name: string) => logged[name] === true;
  return {
    criteriaHashes: (logged.criteriaHashes as string[]).map(String),
    successorHashes: (logged.successorHashes as string[]).map(String),
    // A circuit registered later than this release stays an id; its trials can be read, not joined.
    circuit: CIRCUITS.get(text("circuit")) ?? (text("circuit") as StoredTerms["circuit"]),
    consentFormHash: text("consentFormHash"),
    consentFormVersion: number("consentFormVersion"),
    requiredPermissions: number("requiredPermissions"),
    offeredPermissions: number("offeredPermissions"),
    capacity: number("capacity"),
    arrivalDays: number("arrivalDays"),
    requiresReconsent: flag("requiresReconsent"),
    requiresRescreening: flag("requiresRescreening"),
    isSealed: flag("isSealed"),
    attestationsHash: text("attestationsHash"),
    documentHash: text("documentHash"),
    sites: (logged.sites as Values[]).map(({ siteId, signer, capacity }) => ({
      siteId: Number(siteId),
      signer: signer!,
      capacity: Number(capacity),
    })),
  };
}

export const handlers: Readonly<Record<string, Handler>> = {
  // A registration that nobody approved lapses: another may follow under the same number.
  TrialRegistered: async (tx, event) => {
    const { trialId, protocolNumber, sponsor, board } = event.arguments as Values;
    const registered = {
      protocolNumber: protocolNumber!,
      sponsor: sponsor!,
      board: board!,
      status: "in-review",
      currentVersion: 0,
    };
    // The versions of the one before are gone: nobody can approve them.
    await tx.delete(versions).where(eq(versions.trialId, trialId!));
    await tx
      .insert(trials)
      .values({ trialId: trialId!, position: event.position, ...registered })
      .onConflictDoUpdate({ target: trials.trialId, set: registered });
  },
  ProtocolReleased: (tx, { arguments: values }) => {
    const { trialId } = values as Values;
    const nobody = { sponsor: ZeroAddress, board: ZeroAddress };
    return tx.update(trials).set(nobody).where(eq(trials.trialId, trialId!));
  },
  BoardChanged: (tx, { arguments: values }) => {
    const { trialId, board } = values as Values;
    return tx.update(trials).set({ board: board! }).where(eq(trials.trialId, trialId!));
  },
  VersionPublished: (tx, { arguments: values }) => {
    const { trialId, version, digest } = values as Values;
    return tx.insert(versions).values({
      trialId: trialId!,
      version: Number(version),
      digest: digest!,
      terms: storedTerms(values.terms as Record<string, unknown>),
    });
  },
  VersionApproved: async (tx, event) => {
    const values = event.arguments as Values;
    const trialId = values.trialId!;
    const version = Number(values.version);
    await tx
      .update(versions)
      .set({
        screeningVersion: Number(values.screeningVersion),
        consentVersion: Number(values.consentVersion),
        approvedAt: event.blockTime,
        approvedUntil: dateOf(values.expiresAt!),
      })
      .where(and(eq(versions.trialId, trialId), eq(versions.version, version)));
    await tx.update(trials).set({ currentVersion: version }).where(eq(trials.trialId, trialId));
  },
  HeldByGovernance: (tx, { arguments: values }) => {
    const { trialId } = values as Values;
    return tx
      .update(trials)
      .set({ held: values.held === true })
      .where(eq(trials.trialId, trialId!));
  },
  StatusChanged: (tx, { arguments: values }) => {
    const { trialId, status } = values as Values;
    return tx
      .update(trials)
      .set({ status: TRIAL_STATUSES[Number(status)]! })
      .where(eq(trials.trialId, trialId!));
  },
};
