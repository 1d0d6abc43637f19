// What is written twice must agree: refusals, ABIs, verifiers and keys, states, artifacts in the
// deployment file.
import { readFileSync } from "node:fs";
import { Interface, NonceManager } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readManifest, readVerificationKey } from "../../circuits/artifacts/read.ts";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
import { STAFF_TYPES, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { PERSON_TAG_TYPES } from "../../circuits/statement/exchange/personTag.ts";
import { REFUSALS, Refusal } from "../../circuits/statement/refusal.ts";
import {
  CONSENT_STATEMENT_ABI,
  SITE_ACT_TYPES,
  SUCCESSION_TYPES,
} from "../../circuits/statement/trial/consent.ts";
import { FORWARD_REQUEST_TYPES, forwarderDomain } from "../../circuits/statement/trial/forward.ts";
import {
  PARTICIPANT_STATES,
  ROLES,
  TRIAL_STATUSES,
  VERSION_TERMS_ABI,
} from "../../circuits/statement/trial/trial.ts";
import { interfaceOf, refusalOf } from "../../contracts/connect.ts";
import { deploy } from "../../contracts/deploy.ts";
import { parseDeployment } from "../../contracts/deployment.ts";
import { EXPORTED, GENERATED } from "../../contracts/export.ts";
import { ABI } from "../../contracts/generated/abi.ts";
import { renderVerifier, verifierName, verifierPath } from "../../contracts/verifier.ts";
import { createWorld, expectRefusal, number, type World } from "../support/world.ts";

const EXCHANGE = [
  "ExchangeTypes",
  "StaffRegistry",
  "DepositLog",
  "CutRegistry",
  "CustodyLog",
  "EmergencyAccess",
  "PersonTags",
];

const source = (name: string) =>
  readFileSync(new URL(`../../contracts/${name}.sol`, import.meta.url), "utf8");

describe("refusals", () => {
  const declared = [...source("Refusals").matchAll(/^error (\w+)\(/gm)].map((m) => m[1]!);
  const inTypeScript = Object.entries(REFUSALS)
    .filter(([, { layer }]) => layer === "contract")
    .map(([code]) => code);

  test("of the contracts are exactly the contract refusals of TypeScript", () => {
    expect(declared.sort()).toEqual(inTypeScript.sort());
  });

  test("declared are all used", () => {
    const sources = ["Accreditation", "Acting", "AsOf", "CircuitRegistry", "RecordRegistry"]
      .concat([
        "RecordClinics",
        "RecordTree",
        "TrialRegistry",
        "TrialBoard",
        "TrialStore",
        "Screening",
        "Consents",
      ])
      .concat(["GrantLimit", "Enrollment", "Standing"])
      .concat(EXCHANGE.map((name) => `exchange/${name}`))
      .map(source)
      .join("\n");
    const unused = declared.filter(
      (name) => !new RegExp(`revert ${name}\\(|return ${name}.selector`).test(sources),
    );
    expect(unused).toEqual([]);
  });

  test("carry public details out of revert data, and foreign errors carry none", () => {
    const data = interfaceOf("Screening").encodeErrorResult("UnknownRoot" as never, [7n] as never);
    expect(refusalOf({ info: { error: { data } } })).toMatchObject({
      code: "UnknownRoot",
      details: { root: 7n },
    });
    expect(refusalOf(data)).toBeInstanceOf(Refusal);
    expect(refusalOf("0xdeadbeef")).toBeUndefined();
    expect(refusalOf(new Error("the node is gone"))).toBeUndefined();
    expect(refusalOf(null)).toBeUndefined();
  });
});

describe("generated files", () => {
  test.each(GENERATED)("%s is what the build says", (file, render) => {
    expect(readFileSync(file, "utf8")).toBe(render());
  });

  test("each verifier is rendered from the committed verification key", async () => {
    for (const size of [8, 32] as const) {
      const key = await readVerificationKey(SIZES[size].circuit);
      const rendered = renderVerifier({ name: verifierName(size), key });
      expect(readFileSync(verifierPath(size), "utf8")).toBe(rendered);
    }
  });
});

describe("structs, enums and ABIs", () => {
  test("have the fields of their TypeScript mirrors, in order", () => {
    const inputOf = (contract: (typeof EXPORTED)[number], name: string, i: number) =>
      interfaceOf(contract).getFunction(name)!.inputs[i]!.format("full").replace(/ \w+$/, "");
    expect(inputOf("TrialRegistry", "publishVersion", 1)).toBe(plain(VERSION_TERMS_ABI));
    expect(inputOf("Enrollment", "consent", 0)).toBe(plain(CONSENT_STATEMENT_ABI));
    expect(inputOf("Enrollment", "arrive", 0)).toBe(plain(tupleOf(SITE_ACT_TYPES.Arrival.Arrival)));
    expect(inputOf("Enrollment", "succeed", 0)).toBe(plain(tupleOf(SUCCESSION_TYPES.Succession)));
    const { Delegation, Revocation } = STAFF_TYPES;
    expect(inputOf("StaffRegistry", "delegate", 0)).toBe(plain(tupleOf(Delegation.Delegation)));
    expect(inputOf("StaffRegistry", "revoke", 0)).toBe(plain(tupleOf(Revocation.Revocation)));
    expect(inputOf("PersonTags", "register", 0)).toBe(plain(tupleOf(PERSON_TAG_TYPES.PersonTag)));
    // The forwarder knows the nonce and is given the signature.
    const request = FORWARD_REQUEST_TYPES.ForwardRequest.filter(({ name }) => name !== "nonce");
    const signed = [...request, { name: "signature", type: "bytes" }];
    expect(inputOf("ERC2771Forwarder", "execute", 0)).toBe(plain(tupleOf(signed)));
  });
  // What is signed and what is called name the same fields in the same order.
  const tupleOf = (fields: readonly { readonly type: string; readonly name: string }[]) =>
    `tuple(${fields.map(({ type, name }) => `${type} ${name}`).join(", ")})`;
  const plain = (tuple: string) =>
    new Interface([`function f(${tuple} x)`])
      .getFunction("f")!
      .inputs[0]!.format("full")
      .replace(/ \w+$/, "");

  test("number states alike", () => {
    const camel = (code: string) =>
      code.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
    const members = (file: string, name: string) =>
      new RegExp(`enum ${name} \\{([^}]*)\\}`)
        .exec(source(file))![1]!
        .replace(/\/\/.*$/gm, "")
        .match(/\w+/g);
    expect(members("TrialTypes", "Status")).toEqual(TRIAL_STATUSES.map(camel));
    expect(members("ParticipantTypes", "State")).toEqual(PARTICIPANT_STATES.map(camel));
    const roles = Object.keys(ROLES).map((name) => name[0]!.toUpperCase() + name.slice(1));
    expect(members("Accreditation", "Role")).toEqual(["None", ...roles]);
    expect(Object.values(ROLES)).toEqual(roles.map((_, i) => i + 1));
    const tasks = [...source("exchange/ExchangeTypes").matchAll(/TASK_(\w+) = 1 << (\d+);/g)];
    expect(tasks.map(([, name, bit]) => [name!.toLowerCase(), 1 << Number(bit)])).toEqual(
      Object.entries(TASKS),
    );
  });

  test("leave no function that could move value or delegate elsewhere", () => {
    const lines: string[] = EXPORTED.filter((n) => n !== "ERC2771Forwarder").flatMap((n) => [
      ...ABI[n],
    ]);
    expect(lines.filter((line) => /payable|receive\(\)|fallback\(\)/.test(line))).toEqual([]);
  });
});

describe("a deployment", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ real: true });
  });
  afterAll(() => world.close());

  test("survives its file, and a file of another form is refused with the field named", () => {
    const json = JSON.parse(JSON.stringify(world.deployment));
    expect(parseDeployment(json)).toEqual(world.deployment);
    expect(() => parseDeployment({ ...json, chainId: "x" })).toThrow(/chainId/);
    const { Enrollment: _, ...addresses } = json.addresses;
    expect(() => parseDeployment({ ...json, addresses })).toThrow(/addresses.Enrollment/);
    expect(() => parseDeployment({ ...json, format: "cohort-zero/deployment/0" })).toThrow(
      /format/,
    );
  });

  test("has a forwarder whose domain is the one that requests are signed for", async () => {
    const { chainId, addresses } = world.deployment;
    const {
      name,
      version,
      chainId: id,
      verifyingContract,
    } = await world.as("anyone").forwarder.eip712Domain();
    expect({ name, version, chainId: Number(id), verifyingContract }).toEqual(
      forwarderDomain(chainId, addresses.ERC2771Forwarder),
    );
  });

  test("of the first protocol is refused by name, with what to do", async () => {
    const first = { format: "cohort-zero/deployment/1", chainId: 31_337 };
    const details = { file: "deployment", advice: expect.stringMatching(/deploy.*again/) };
    await expectRefusal(
      Promise.resolve().then(() => parseDeployment(first)),
      "FirstProtocol",
      details,
    );
  });

  test("joins Screening and Enrollment from their first blocks on", async () => {
    const { screening, enrollment } = world.as("anyone");
    const { addresses } = world.deployment;
    expect(await screening.enrollment()).toBe(addresses.Enrollment);
    expect(await enrollment.screening()).toBe(addresses.Screening);
    for (const contract of [screening, enrollment]) {
      expect(await contract.trials()).toBe(addresses.TrialRegistry);
      expect(await contract.semaphore()).toBe(addresses.Semaphore);
    }
    expect(await screening.records()).toBe(addresses.RecordRegistry);
    const { staff, deposits, cuts, custody, emergency, tags } = world.as("anyone");
    for (const contract of [cuts, custody, emergency, tags]) {
      expect(await contract.enrollment()).toBe(addresses.Enrollment);
    }
    for (const contract of [staff, cuts, emergency]) {
      expect(await contract.trials()).toBe(addresses.TrialRegistry);
    }
    for (const contract of [cuts, custody, tags]) {
      expect(await contract.staff()).toBe(addresses.StaffRegistry);
    }
    expect(await custody.cuts()).toBe(addresses.CutRegistry);
    expect(await custody.screening()).toBe(addresses.Screening);
    for (const contract of [staff, deposits, cuts, custody, emergency, tags]) {
      expect(await contract.accreditation()).toBe(addresses.Accreditation);
      expect(await contract.trustedForwarder()).toBe(addresses.ERC2771Forwarder);
    }
  });

  test("that another transaction of the deployer disturbs is thrown away", async () => {
    const signer = new NonceManager(world.actors.deployer as never);
    const attempt = deploy({
      signer,
      governance: world.actors.governance.address,
      dictionary: { version: 1, hash: `0x${"d1".repeat(32)}` },
      onStep: (contract) => {
        if (contract === "Screening") void signer.sendTransaction({ to: world.actors.anyone });
      },
    });
    await expect(attempt).rejects.toThrow(/came between; deploy again/);
  });

  test("accredits nobody but whom governance named, and gives Enrollment its own groups", async () => {
    const { accreditation } = world.as("anyone");
    expect(await accreditation.owner()).toBe(world.actors.governance.address);
    expect(await accreditation.isAccredited(1, world.actors.deployer.address)).toBe(false);
  });

  test("says DEV when the keys are", async () => {
    const { keys } = await readManifest();
    expect(keys).toBe("DEV");
    expect(world.deployment.keys).toBe("DEV");
  });

  test("has a tombstone for every leaf that is no other leaf's", async () => {
    const { records } = world.as("anyone");
    const [a, b] = await Promise.all(["a", "b"].map((n) => records.tombstoneOf(number(n))));
    expect(a).not.toBe(b);
    expect(a).not.toBe(0n);
  });
});
