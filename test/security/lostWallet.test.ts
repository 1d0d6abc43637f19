// A patient says that the wallet was lost, has the clinic bind the same facts to a new one, and tries to be screened a
// second time. The record's header says since when its identity is bound, and a trial says until when that may be.
import { describe, expect, test } from "vitest";
import { packAsOf } from "../../circuits/statement/encoding/day.ts";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import { deriveRecordSecret } from "../../circuits/witness/identity.ts";
import { buildInputs } from "../../circuits/witness/inputs.ts";
import { attestRecord } from "../../client/clinic/record/attest.ts";
import { checkTrial } from "../../client/patient/check.ts";
import { importRecord } from "../../client/patient/import.ts";
import { reviewTrial } from "../../client/trial/review.ts";
import { accepts, calculatorOf } from "../circuits/example.ts";
import { registryOf, sampleRecord, seededWallet, TODAY } from "../patient/support.ts";
import { publish } from "../patient/trial.ts";

/** Where recordsRoot stands among the wires. */
const ROOT_WIRE = 1 + SIGNALS.indexOf("recordsRoot");
const REBOUND = TODAY - 5;
/** The test trials are first published thirty days before "today". */
const RUNNING = publish({ today: TODAY });
const LATER = TODAY + 26;
const NEXT = publish({ today: LATER, protocolNumber: "CZ-TEST-2" });

async function rebound(identitySince = REBOUND) {
  const wallet = seededWallet(9);
  const secret = await deriveRecordSecret(wallet.seed);
  const identityCommitment = identityCommitmentOf(secret);
  const sample = sampleRecord({ identityCommitment, issuedDay: TODAY - 2 });
  const record = { ...sample, header: { ...sample.header, identitySince } };
  const { attested, commitment } = attestRecord({
    record,
    clinicName: "Test clinic",
    mailbox: null,
  });
  const registry = registryOf([
    { value: 77n, size: 1 },
    { value: commitment, size: 1 },
  ]);
  const file = JSON.parse(JSON.stringify(attested));
  const imported = await importRecord({ wallet, attested: file, registry });
  return { wallet: imported.wallet, registry, record, secret };
}

async function checked(downloads: typeof RUNNING, asOfDay: number, identitySince?: number) {
  const world = await rebound(identitySince);
  const reviewed = await reviewTrial({ downloads: { ...downloads } });
  const check = checkTrial({ ...world, reviewed, asOfDay });
  /** The statement's inputs, about a record with another header. */
  const again = (header: object = {}) =>
    buildInputs({
      program: reviewed.compiled.programs[0]!,
      record: { ...world.record, header: { ...world.record.header, ...header } },
      identitySecret: world.secret,
      path: check.records[0]!.path!.path,
      scope: reviewed.scope as Field,
      message: 5n as Field,
      asOf: packAsOf(asOfDay),
    });
  return { codes: check.refusals.map(({ code }) => code), inputs: again(), again };
}

describe("a lost wallet whose record was bound to a new one", () => {
  test("is refused in the running trial, by the wallet and by the circuit", async () => {
    const { codes, inputs } = await checked(RUNNING, TODAY);
    expect(codes).toEqual(["NotEligible"]);
    expect(await accepts(inputs)).toBe(false);
  });

  test("is accepted in the next trial, published after the re-binding", async () => {
    const { codes, inputs } = await checked(NEXT, LATER);
    expect(codes).toEqual([]);
    expect(await accepts(inputs)).toBe(true);
  });

  test("is refused to the day: bound on the trial's first day is in time, a day later is not", async () => {
    const first = TODAY - 30;
    expect(await accepts((await checked(RUNNING, TODAY, first)).inputs)).toBe(true);
    expect(await accepts((await checked(RUNNING, TODAY, first + 1)).inputs)).toBe(false);
  });

  test("is refused with an earlier day written into the header: the clinic anchored another", async () => {
    const { inputs: honest, again } = await checked(NEXT, LATER);
    const calculator = await calculatorOf(8);
    const root = calculator.calculate(honest)[ROOT_WIRE];
    // The header alone changed leads nowhere: the path is of the record that was anchored.
    const forged = again({ identitySince: 0 });
    expect(forged.header).not.toBe(honest.header);
    expect(await accepts({ ...honest, header: forged.header })).toBe(false);
    // With all that follows from it, it leads to a root that the chain never had.
    expect(await accepts(forged)).toBe(true);
    expect(calculator.calculate(forged)[ROOT_WIRE]).not.toBe(root);
  });
});
