// The same golden values in TypeScript and Solidity (test/vectors/chain.json).
import { readFileSync } from "node:fs";
import { ContractFactory } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packAsOf, ymdOfDay } from "../../circuits/statement/encoding/day.ts";
import { consentMessage, hashWithdrawalCode } from "../../circuits/statement/trial/consent.ts";
import {
  arrivalMessage,
  circuitIdOf,
  hashDocument,
  scopeOf,
  screeningMessage,
  successionMessage,
  trialIdOf,
  versionDigest,
} from "../../circuits/statement/trial/trial.ts";
import { createWorld, type World } from "../support/world.ts";
import { compileSolidity } from "./compile.ts";
import { openTrial } from "./story.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/chain.json", import.meta.url), "utf8"),
  (_, value) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
);
const HARNESS = `// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity 0.8.37;
import {AsOf} from "../AsOf.sol";
import {Signals} from "../Signals.sol";
contract Harness {
    function dates(uint256 from, uint256 count, uint256 step) external pure returns (uint256[] memory ymds) {
        ymds = new uint256[](count);
        for (uint256 i = 0; i < count; i++) ymds[i] = AsOf.ymdOf(from + i * step);
    }
    function pack(uint256 day) external pure returns (uint256) { return AsOf.pack(day); }
    function dayOf(uint256 timestamp) external pure returns (uint256) { return AsOf.dayOf(timestamp); }
    function message(bytes32 id, uint32 version, uint256 c) external pure returns (uint256) {
        return Signals.screeningMessage(id, version, c);
    }
    function succession(
        bytes32 id, uint32 version, uint256 pseudonym, uint256 c
    ) external pure returns (uint256) {
        return Signals.successionMessage(id, version, pseudonym, c);
    }
}`;

type Harness = Record<
  "dates" | "pack" | "dayOf" | "message" | "succession",
  (...args: unknown[]) => Promise<never>
>;
let world: World;
let harness: Harness;
beforeAll(async () => {
  world = await createWorld();
  const { abi, bytecode } = compileSolidity("Harness", HARNESS);
  const factory = new ContractFactory(abi, bytecode, world.actors.anyone as never);
  harness = (await (await factory.deploy()).waitForDeployment()) as unknown as Harness;
});
afterAll(() => world.close());

describe("golden values", () => {
  const { inputs, expected } = vectors;

  test("hold in TypeScript", () => {
    const { trialId } = expected;
    expect({
      trialId: trialIdOf(inputs.protocolNumber),
      circuit: circuitIdOf("eligibility-8"),
      document: hashDocument(inputs.document),
      scope: scopeOf({ ...inputs.at, trialId }),
      screening: screeningMessage({ ...inputs.screening, trialId }),
      succession: successionMessage({ ...inputs.succession, trialId }),
      arrival: arrivalMessage({ ...inputs.arrival, trialId }),
      consent: consentMessage({ ...inputs.statement, trialId }),
      withdrawalCode: hashWithdrawalCode(trialId, inputs.code),
      digest: versionDigest({ ...inputs.at, trialId, version: 3, terms: inputs.terms }),
      asOf: inputs.days.map((day: number) => packAsOf(day)),
    }).toEqual(expected);
  });

  test("hold in Solidity", async () => {
    const { version, participantCommitment } = inputs.screening;
    const { enrollment } = world.as("anyone");
    const statement = { ...inputs.statement, trialId: expected.trialId };
    expect(await harness.message(expected.trialId, version, participantCommitment)).toBe(
      expected.screening,
    );
    const { pseudonym, successorCommitment } = inputs.succession;
    const args = [expected.trialId, inputs.succession.version, pseudonym, successorCommitment];
    expect(await harness.succession(...args)).toBe(expected.succession);
    expect(await enrollment.consentMessage(statement)).toBe(expected.consent);
    for (const [i, day] of inputs.days.entries()) {
      expect(await harness.pack(day)).toBe(expected.asOf[i]);
    }
  });
});

describe("Solidity and TypeScript agree", () => {
  test("on the scope of a trial on this chain and contract", async () => {
    const story = await openTrial(world);
    expect(await world.as("anyone").screening.scopeOf(story.trialId)).toBe(story.scope);
  });

  test("on the date of every 7th day from 1900 to 2258", async () => {
    const count = 1_560;
    for (let from = 0; from + count * 7 < 131_071; from += count * 7) {
      const dates: readonly bigint[] = await harness.dates(from, count, 7);
      const expected = Array.from({ length: count }, (_, i) => BigInt(ymdOfDay(from + i * 7)));
      expect([...dates]).toEqual(expected);
    }
  });

  test("on the days around every end of February of 1900 to 2100, leap or not", async () => {
    for (let year = 1900; year <= 2100; year += 4) {
      const day = Math.floor(Date.UTC(year, 1, 27) / 86_400_000) + 25_567;
      const dates: readonly bigint[] = await harness.dates(day, 4, 1);
      expect([...dates].map(Number)).toEqual([0, 1, 2, 3].map((i) => ymdOfDay(day + i)));
    }
  });
});
