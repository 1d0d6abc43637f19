// Golden values that outlive this implementation: a change of any of them voids every record, program or key there is.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  hashProgram,
  packProgram,
  successorProgram,
} from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { packAsOf, parseDay } from "../../circuits/statement/encoding/day.ts";
import { encodeQuantity, packFact } from "../../circuits/statement/encoding/fact.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import { packHeader } from "../../circuits/statement/encoding/header.ts";
import { identityCommitmentOf } from "../../circuits/statement/encoding/identity.ts";
import { hashEncoded, hashLabel } from "../../circuits/statement/encoding/keccak.ts";
import { registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import { deriveParticipantIdentity, deriveRecordSecret } from "../../circuits/witness/identity.ts";
import { buildInputs } from "../../circuits/witness/inputs.ts";
import { signalsOf } from "../../circuits/witness/prove.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import { IDENTITY, REGISTRY } from "./constants.ts";
import {
  CLINIC,
  calculatorOf,
  FACTS,
  LEAVES,
  programOf,
  recordOf,
  statementOf,
} from "./example.ts";

const golden = JSON.parse(
  readFileSync(new URL("../vectors/statement.json", import.meta.url), "utf8"),
);

/** Everything as JSON knows it: numbers beyond 2^53 as decimal text. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part)));

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const TRIAL = `0x${"ab".repeat(32)}`;

/** All golden values as computed now. */
async function computeVectors() {
  const program = (size: 8 | 32) => programOf(LEAVES, { size });
  const record = recordOf();
  const [owner, { secretScalar, commitment }] = await Promise.all([
    deriveRecordSecret(SEED),
    deriveParticipantIdentity({ seed: SEED, trialId: TRIAL, retry: 1 }),
  ]);
  return plain({
    codes: {
      loinc: encodeCode("observation", "loinc", "4548-4"),
      snomed: encodeCode("conditionStart", "snomed", "44054006"),
      icd10cm: encodeCode("conditionLast", "icd10cm", "E11.9"),
      atc: encodeCode("medicationLast", "atc", "A10BA02"),
    },
    quantity: {
      "7.4987279015619155": encodeQuantity("7.4987279015619155"),
      "-40": encodeQuantity("-40"),
    },
    asOf: { "2026-11-21": packAsOf(parseDay("2026-11-21")) },
    hash: {
      one: hash([1n]),
      pair: hash([1n, 2n]),
      three: hash([1n, 2n, 3n]),
      five: hash([1n, 2n, 3n, 4n, 5n]),
    },
    hashEncoded: hashEncoded(["string", "uint256"], ["cohort-zero/test", 5n]),
    facts: FACTS.map(packFact),
    header: packHeader(record.header),
    commitment: commitRecord(record),
    programs: [8, 32].map((size) => ({
      words: packProgram(program(size as 8 | 32)),
      hash: hashProgram(program(size as 8 | 32)),
    })),
    successor: hashProgram(successorProgram(program(8))),
    constants: {
      IDENTITY: hashLabel("cohort-zero/identity/2"),
      REGISTRY: hashLabel("cohort-zero/registry/2"),
    },
    registryLeaf: registryLeafOf(commitRecord(record), CLINIC),
    identities: {
      record: { secret: owner, commitment: identityCommitmentOf(owner) },
      participant: { secretScalar, commitment },
    },
    signals: listSignals(signalsOf(statementOf())),
  });
}

describe("golden values", () => {
  test("are what the encodings in TypeScript give", async () => {
    expect(await computeVectors()).toEqual(golden);
  });

  test("of the constants stand in what is hashed with them", () => {
    expect(golden.constants).toEqual(plain({ IDENTITY, REGISTRY }));
    expect(identityCommitmentOf(5n)).toBe(hash([IDENTITY, 5n]));
    expect(registryLeafOf(5n, CLINIC)).toBe(hash([5n, BigInt(CLINIC), REGISTRY]));
  });

  test("are what the circuit gives", async () => {
    const wires = (await calculatorOf(8)).calculate(buildInputs(statementOf()));
    expect(wires.slice(1, 8).map(String)).toEqual(golden.signals);
  });
});
