// A patient on the desk, from the chart that was read to the file that is handed over. All of it lives in the
// page's memory; in storage only as kept.ts seals it.
import type { Domain } from "../../../../circuits/statement/encoding/code.ts";
import type { Source } from "../../../clinic/read/source.ts";
import type { AttestedRecord } from "../../../clinic/record/attest.ts";
import type { signAttestation } from "../../../clinic/registry/anchor.ts";
import type { leaveByCode } from "../../../handover/byCode.ts";

type Permit = Awaited<ReturnType<typeof signAttestation>>;

/** What waits at the server for the patient's wallet, and the code that opens it. */
export type Left = Awaited<ReturnType<typeof leaveByCode>>;

/** How staff tell patients apart; from the chart, never sent. */
export type PersonLabel = {
  readonly name: string;
  /** YYYY-MM-DD or shorter, as the chart has it. */
  readonly birthDate?: string;
  readonly sex?: string;
  /** "died on 3 Mar 2024", where the chart says so. */
  readonly died?: string;
};

export type Attested = {
  readonly file: AttestedRecord;
  readonly commitment: bigint;
  readonly identity: bigint;
  readonly facts: number;
  readonly completeFor: readonly Domain[];
  /** Records of wallets that the person has lost: to be revoked before this one is anchored. */
  readonly lost: readonly bigint[];
};

/** What made a record ready to be handed over. */
export type Outcome =
  | { readonly kind: "anchored"; readonly root: bigint; readonly file: AttestedRecord }
  | { readonly kind: "permit"; readonly permit: Permit; readonly file: AttestedRecord };

export type Entry = {
  /** Counts from 1 on this desk: the only name that may stand in an address or a file's name. */
  readonly id: number;
  /** Random: tells two patients apart that another page has put on the desk. */
  readonly key: string;
  /** The account that read it. */
  readonly clinic: string;
  readonly person: PersonLabel;
  /** Undefined for a file that was attested before and opened here. */
  readonly source: Source | undefined;
  readonly attested?: Attested | undefined;
  readonly outcome?: Outcome | undefined;
  readonly left?: Left | undefined;
  readonly isHandedOver: boolean;
};

export type Stage = "read" | "attested" | "ready" | "handed";

/** How far a patient's record has come. */
export function stageOf({ attested, outcome, isHandedOver }: Entry): Stage {
  if (attested === undefined) return "read";
  if (outcome === undefined) return "attested";
  return isHandedOver ? "handed" : "ready";
}

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  read: "Read",
  attested: "Attested, not anchored",
  ready: "Ready to hand over",
  handed: "Handed over",
};

/** True once a record can no longer be rebuilt: it is anchored, or has its permit. */
export function isFinal({ outcome }: Entry): boolean {
  return outcome !== undefined;
}

/** True while leaving the page would lose a record that somebody waits for. */
export function isUnfinished(entry: Entry): boolean {
  const stage = stageOf(entry);
  return stage === "attested" || stage === "ready";
}

/** The patient's file as text; bigints are not in it. */
export function fileText(file: AttestedRecord): string {
  return JSON.stringify(file);
}

/** A permit as `cohort patient anchor` and the wallet read it. */
export function permitText(permit: Permit): string {
  return JSON.stringify(permit, (_, value) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}
