// Trials, their versions and approvals.
import { and, eq } from "drizzle-orm";
import { ZeroAddress } from "ethers";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
import { numbered } from "../../circuits/statement/trial/struct.ts";
import {
  circuitIdOf,
  OPINIONS,
  TRIAL_STATUSES,
  VERSION_TERMS,
} from "../../circuits/statement/trial/trial.ts";
import type { Handlers } from "../indexer/derive.ts";
import { dateOf } from "../store/columns.ts";
import type { Said } from "../store/events.ts";
import { groups, opinions, type StoredTerms, trials, versions } from "./tables.ts";

const CIRCUITS = new Map(
  Object.values(SIZES).map(({ circuit }) => [circuitIdOf(circuit), circuit] as const),
);

/** The terms as logged, with numbers as numbers and the circuit by name. */
function storedTerms(logged: Said<"VersionPublished">["terms"]): StoredTerms {
  return {
    ...numbered(VERSION_TERMS, logged),
    // A circuit registered later than this release stays an id; its trials can be read, not joined.
    circuit: CIRCUITS.get(logged.circuit) ?? (logged.circuit as StoredTerms["circuit"]),
  };
}

export const events: Handlers = {
  // A registration that nobody approved lapses: another may follow under the same number.
  TrialRegistered: async (tx, event) => {
    const { trialId, protocolNumber, sponsor, board } = event.arguments;
    const registered = {
      protocolNumber,
      sponsor,
      board,
      status: "in-review",
      currentVersion: 0,
    };
    // The versions of the one before are gone, and what was said of them: nobody can approve them.
    await tx.delete(versions).where(eq(versions.trialId, trialId));
    await tx.delete(opinions).where(eq(opinions.trialId, trialId));
    await tx
      .insert(trials)
      .values({ trialId, position: event.position, ...registered })
      .onConflictDoUpdate({ target: trials.trialId, set: registered });
  },
  ProtocolReleased: (tx, { arguments: { trialId } }) => {
    const nobody = { sponsor: ZeroAddress, board: ZeroAddress };
    return tx.update(trials).set(nobody).where(eq(trials.trialId, trialId));
  },
  BoardChanged: (tx, { arguments: { trialId, board } }) => {
    return tx.update(trials).set({ board }).where(eq(trials.trialId, trialId));
  },
  VersionPublished: (tx, { arguments: { trialId, version, digest, terms } }) => {
    return tx.insert(versions).values({
      trialId,
      version: Number(version),
      digest,
      terms: storedTerms(terms),
    });
  },
  VersionApproved: async (tx, event) => {
    const values = event.arguments;
    const { trialId } = values;
    const version = Number(values.version);
    await tx
      .update(versions)
      .set({
        screeningVersion: Number(values.screeningVersion),
        consentVersion: Number(values.consentVersion),
        approvedAt: event.blockTime,
        approvedUntil: dateOf(values.expiresAt),
      })
      .where(and(eq(versions.trialId, trialId), eq(versions.version, version)));
    await tx.update(trials).set({ currentVersion: version }).where(eq(trials.trialId, trialId));
  },
  OpinionGiven: (tx, event) => {
    const { trialId, version, opinion, textHash, by } = event.arguments;
    return tx.insert(opinions).values({
      position: event.position,
      ...{ trialId, version: Number(version), textHash, by },
      opinion: OPINIONS[Number(opinion)]!,
      givenAt: event.blockTime,
    });
  },
  HeldByGovernance: (tx, { arguments: { trialId, held } }) => {
    return tx.update(trials).set({ held }).where(eq(trials.trialId, trialId));
  },
  StatusChanged: (tx, { arguments: { trialId, status } }) => {
    return tx
      .update(trials)
      .set({ status: TRIAL_STATUSES[Number(status)]! })
      .where(eq(trials.trialId, trialId));
  },
  GroupOpened: (tx, { arguments: { trialId, screeningVersion, groupId } }) => {
    const row = { trialId, version: Number(screeningVersion), groupId };
    return tx.insert(groups).values(row);
  },
};
