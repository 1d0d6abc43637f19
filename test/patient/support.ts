// Small attested records and registries for the wallet's tests. Seeded: every run sees the same.

import { publishedTerminology } from "../../circuits/statement/dictionary/terminology.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { EPOCH_DAY, parseDay } from "../../circuits/statement/encoding/day.ts";
import { EXACT, encodeQuantity, packFact } from "../../circuits/statement/encoding/fact.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import {
  buildTree,
  pathOf,
  registryLeafOf,
  rootOf,
} from "../../circuits/statement/encoding/tree.ts";
import type { Record } from "../../circuits/witness/record.ts";
import type { RecordsState } from "../../client/api/registry.ts";
import { attestRecord, withBatchPath } from "../../client/clinic/record/attest.ts";
import { idTagOf } from "../../client/desk/idTag.ts";
import { deriveRecordSecret } from "../../client/patient/derive.ts";
import { createWallet, type Wallet } from "../../client/patient/wallet.ts";

export const CLINIC = "0x1111111111111111111111111111111111111111";
export const OTHER_CLINIC = "0x2222222222222222222222222222222222222222";
export const TODAY = parseDay("2026-11-21");
export const DOCUMENT = "UTO P-123 456";
export const ID_TAG_SALT = `0x${"5a".repeat(32)}`;
export const PASSPHRASE = "correct horse battery staple";
/** scrypt at its cheapest that tests can wait for. */
export const QUICK = 10;

/** Its roll-up: criteria about a newest result read the concept, not one laboratory's code. */
const HBA1C = String(publishedTerminology.conceptByName("hba1c")!.number);

/** A wallet with a fixed seed. */
export function seededWallet(seed: number): Wallet {
  return {
    ...createWallet(),
    seed: Uint8Array.from({ length: 32 }, (_, i) => (i * 7 + seed) & 255),
  };
}

/** What a wallet's clinic writes into its record. */
export async function commitmentOf({ seed }: Pick<Wallet, "seed">): Promise<Field> {
  return identityCommitmentOf(await deriveRecordSecret(seed));
}

/** Seconds of a day, noon UTC. */
export function noonOf(day: number): number {
  return (day + EPOCH_DAY) * 86_400 + 43_200;
}

/** A person with type 2 diabetes, an HbA1c and no cancer, as one clinic records it. */
export function sampleRecord(options: {
  identityCommitment: bigint;
  issuer?: string;
  birthDate?: string;
  hba1c?: string;
  issuedDay?: number;
  tagged?: boolean;
  /** False: a clinic that does not know of the diabetes. */
  diabetic?: boolean;
}): Record {
  const { identityCommitment, issuer = CLINIC, birthDate = "1970-05-17", hba1c = "8.1" } = options;
  const { issuedDay = TODAY - 10, tagged = true, diabetic = true } = options;
  const birthDay = parseDay(birthDate);
  const tag = idTagOf({ salt: ID_TAG_SALT, document: DOCUMENT });
  const diabetes = encodeCode("conditionStart", "snomed", "44054006");
  const last = encodeCode("conditionLast", "snomed", "44054006");
  const facts = [
    { code: encodeCode("demographic", "loinc", "21112-8"), day: birthDay, value: ymd(birthDate) },
    { code: encodeCode("demographic", "loinc", "46098-0"), day: birthDay, value: 1n },
    ...(tagged ? [{ ...tag, day: issuedDay }] : []),
    ...(diabetic ? [{ code: diabetes, day: issuedDay - 900, value: EXACT }] : []),
    ...(diabetic ? [{ code: last, day: 131_071, value: EXACT }] : []),
    {
      code: encodeCode("observation", "concept", HBA1C),
      day: issuedDay - 20,
      value: encodeQuantity(hba1c)!,
    },
  ];
  return {
    facts: facts.map(packFact).sort((a, b) => (a < b ? -1 : 1)),
    header: {
      issuer,
      issuedDay,
      coverageFromDay: issuedDay - 4000,
      dictionaryVersion: 2,
      completeFor: [
        "demographic",
        "conditionStart",
        "conditionLast",
        "medicationStart",
        "medicationLast",
        "observation",
        "observationUpper",
        "observationLower",
        "procedure",
        "immunization",
        "allergyStart",
        "allergyLast",
      ],
      codedIn: ["icd10cm", "icd10", "atc"],
      identitySince: 0,
    },
    blinding: (1n << 200n) + (identityCommitment % (1n << 190n)),
    identityCommitment,
  };
}

function ymd(day: string): bigint {
  return BigInt(day.replaceAll("-", ""));
}

/**
 * An attested record for a wallet inside a batch of strangers, and the registry that holds the
 * batch.
 */
export async function attestedFor(
  wallet: Wallet,
  options: Partial<Parameters<typeof sampleRecord>[0]> & {
    strangers?: number;
    mailbox?: { bucket: number } | null;
  } = {},
) {
  const { strangers = 4, mailbox = null, ...rest } = options;
  const record = sampleRecord({ identityCommitment: await commitmentOf(wallet), ...rest });
  const { attested, commitment } = attestRecord({
    record,
    clinicName: "Test clinic",
    mailbox,
    ...(rest.tagged === false ? {} : { idTagSalt: ID_TAG_SALT }),
  });
  const others = Array.from({ length: strangers }, (_, i) => BigInt(1000 + i));
  const batch = buildTree([...others, commitment]);
  const registry = registryOf([
    { value: 77n, size: 1 },
    { value: rootOf(batch), size: strangers + 1, issuer: record.header.issuer },
  ]);
  const file = withBatchPath(attested, pathOf(batch, strangers));
  return {
    attested: JSON.parse(JSON.stringify(file)) as typeof file,
    commitment,
    registry,
    record,
  };
}

/** A registry as the server would answer it, over batch roots (or the tombstones of revoked ones). */
export function registryOf(
  slots: {
    value: bigint;
    size: number;
    issuer?: string;
    kind?: "record" | "batch" | "revoked";
    day?: number;
  }[],
): RecordsState {
  const leaves = slots.map(({ value, size, issuer = CLINIC, kind, day = TODAY - 10 }, index) => ({
    index,
    value: kind === "revoked" ? (value as Field) : registryLeafOf(value, issuer),
    batchRoot: kind === "revoked" ? null : (value as Field),
    kind: kind ?? (size > 1 ? ("batch" as const) : ("record" as const)),
    issuer,
    size,
    leavesHash: null,
    uri: "",
    published: false,
    anchoredAt: noonOf(day),
  }));
  const root = rootOf(buildTree(leaves.map(({ value }) => value)));
  return {
    blockNumber: 1,
    root,
    blocked: false,
    clinics: [],
    leaves,
    roots: [{ root, createdAt: noonOf(TODAY - 10), supersededAt: null, voided: false }],
  };
}
