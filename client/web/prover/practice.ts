// What practice is made with: a person, a record and a study that do not exist, put together in this worker. The checks
// are the real ones. Nothing of it is asked for, kept or sent.
import { DOMAINS, type Domain } from "../../../circuits/statement/encoding/code.ts";
import { dayOfTimestamp } from "../../../circuits/statement/encoding/day.ts";
import { identityCommitmentOf } from "../../../circuits/statement/encoding/identity.ts";
import { buildTree, registryLeafOf, rootOf } from "../../../circuits/statement/encoding/tree.ts";
import { trialIdOf } from "../../../circuits/statement/trial/trial.ts";
import { parseTrialFile } from "../../../circuits/statement/trial/trialFile.ts";
import type { RecordsState } from "../../api/registry.ts";
import { readBundle } from "../../clinic/read/bundle.ts";
import { attestRecord } from "../../clinic/record/attest.ts";
import { buildRecord } from "../../clinic/record/issue.ts";
import { generateBundle } from "../../clinic/sample/sample.ts";
import { checkTrial } from "../../patient/check.ts";
import { deriveRecordSecret } from "../../patient/derive.ts";
import { importRecord } from "../../patient/import.ts";
import { createWallet, type Wallet } from "../../patient/wallet.ts";
import { compileTrialDocument, draftTrialDocument } from "../../trial/document.ts";
import { toFault } from "./messages.ts";
import type { SentCheck } from "./proving.ts";

const CLINIC = { name: "Practice Clinic", address: `0x${"11".repeat(20)}` };
const OTHER_CLINICS = ["22", "33", "44"].map((pair) => `0x${pair.repeat(20)}`);
const OTHERS_RECORDS = 4_000;
const SPONSOR = `0x${"55".repeat(20)}`;

async function make() {
  const today = dayOfTimestamp(Math.floor(Date.now() / 1000));
  const empty = createWallet();
  const record = await madeUpRecord(empty, today);
  const registry = registryWith(record.commitment);
  const { wallet } = await importRecord({ wallet: empty, attested: record.attested, registry });
  const { default: example } = await import("../../sponsor/examples/vaccine-registry.json");
  const document = draftTrialDocument({ trial: parseTrialFile(example), today });
  const compiled = compileTrialDocument(document);
  const trial = { sponsor: SPONSOR, trialId: trialIdOf(document.trial.protocolNumber) };
  const check = checkTrial({ wallet, reviewed: { trial, compiled }, registry, asOfDay: today });
  const sent: SentCheck = { ...check, refusals: check.refusals.map(toFault) };
  return { record: wallet.records[0]!, reviewed: { document, compiled }, check: sent };
}

/** As a clinic would attest it for this wallet. */
async function madeUpRecord({ seed }: Wallet, today: number) {
  const { record } = buildRecord({
    source: readBundle(generateBundle({ index: 0, today }), "practice"),
    issuer: CLINIC.address,
    issuedDay: today,
    identityCommitment: identityCommitmentOf(await deriveRecordSecret(seed)),
    identitySince: 0,
    completeFor: Object.keys(DOMAINS) as Domain[],
  });
  return attestRecord({ record, clinicName: CLINIC.name });
}

/** A registry that holds the record among many others, so that a yes could come from any of them. */
function registryWith(commitment: bigint): RecordsState {
  const now = Math.floor(Date.now() / 1000);
  const slots = [
    { root: commitment, issuer: CLINIC.address, size: 1 },
    ...OTHER_CLINICS.map((issuer, i) => ({ root: BigInt(i + 1), issuer, size: OTHERS_RECORDS })),
  ];
  const leaves = slots.map(({ root, issuer, size }, index) => ({
    ...{ index, issuer, size, leavesHash: null, uri: "", published: false, anchoredAt: now },
    value: registryLeafOf(root, issuer),
    batchRoot: null,
    kind: size > 1 ? ("batch" as const) : ("record" as const),
  }));
  const root = rootOf(buildTree(leaves.map(({ value }) => value)));
  return { blockNumber: 0, root, blocked: false, clinics: [], leaves, roots: [] };
}

export const acts = { "practice.make": make };
