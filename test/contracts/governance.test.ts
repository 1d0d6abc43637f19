import { ContractFactory, keccak256, toUtf8Bytes } from "ethers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../contracts/deploy.ts";
import { keyWords } from "../../contracts/verifier.ts";
import {
  type Actor,
  bytes32,
  createWorld,
  expectRefusal,
  ROLE,
  type World,
} from "../support/world.ts";
import { compileVerifier } from "./compile.ts";
import { keyOf, simulate, type Trapdoor, trapdoorOf } from "./trapdoor.ts";

let world: World;
let clean: string;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  if (clean) await world.revert(clean);
  clean = await world.snapshot();
});
afterAll(() => world.close());

const accreditation = (actor: Actor = "governance") => world.as(actor).accreditation;
const circuits = (actor: Actor = "governance") => world.as(actor).circuits;

describe("accreditation", () => {
  test("gives and takes roles, each on its own", async () => {
    const { address } = world.actors.anyone;
    await accreditation().accredit(ROLE.board, address, "Board of Ethics");
    expect(await accreditation().isAccredited(ROLE.board, address)).toBe(true);
    expect(await accreditation().isAccredited(ROLE.sponsor, address)).toBe(false);
    const again = accreditation().accredit(ROLE.board, address, "Another name");
    await expectRefusal(again, "AlreadyAccredited");
    await accreditation().deaccredit(ROLE.board, address);
    expect(await accreditation().isAccredited(ROLE.board, address)).toBe(false);
    await expectRefusal(accreditation().deaccredit(ROLE.board, address), "NotAccredited");
  });

  test("knows no role 0 and no account 0", async () => {
    const { address } = world.actors.anyone;
    await expectRefusal(accreditation().accredit(0, address, "x"), "NotAccredited");
    const nobody = accreditation().accredit(ROLE.clinic, `0x${"00".repeat(20)}`, "x");
    await expectRefusal(nobody, "NotAccredited");
  });

  test("passes to new governance in two steps", async () => {
    const { anyone } = world.actors;
    await accreditation().transferOwnership(anyone.address);
    await expectRefusal(
      accreditation("anyone").registerDictionary(2, bytes32("x")),
      "NotGovernance",
    );
    await accreditation("anyone").acceptOwnership();
    await accreditation("anyone").registerDictionary(2, bytes32("x"));
    await expectRefusal(accreditation().registerDictionary(3, bytes32("x")), "NotGovernance");
  });

  test("cannot be abandoned, not even by governance", async () => {
    const nobody = { account: `0x${"00".repeat(20)}` };
    await expectRefusal(accreditation("governance").renounceOwnership(), "NotGovernance", nobody);
    const anyone = { account: world.actors.anyone.address };
    await expectRefusal(accreditation("anyone").renounceOwnership(), "NotGovernance", anyone);
  });

  test("leaves the deployer without any power", async () => {
    const { address } = world.actors.deployer;
    const accredit = accreditation("deployer").accredit(ROLE.clinic, address, "x");
    await expectRefusal(accredit, "NotGovernance");
  });
});

describe("dictionaries", () => {
  test("are registered one after the other and never changed", async () => {
    expect(await accreditation().dictionaryVersion()).toBe(1n);
    const same = accreditation().registerDictionary(1, bytes32("other"));
    await expectRefusal(same, "DictionaryOrder", { expected: 2n });
    await expectRefusal(accreditation().registerDictionary(3, bytes32("x")), "DictionaryOrder");
    await accreditation().registerDictionary(2, bytes32("second"));
    expect(await accreditation().dictionaryHash(1)).toBe(`0x${"d1".repeat(32)}`);
    expect(await accreditation().dictionaryHash(2)).toBe(bytes32("second"));
  });
});

describe("a verifying key", () => {
  async function deployVerifier(trapdoor: Trapdoor): Promise<string> {
    const { abi, bytecode } = compileVerifier(trapdoor);
    const factory = new ContractFactory(abi, bytecode, world.actors.deployer as never);
    return (await (await factory.deploy()).waitForDeployment()).getAddress();
  }
  const register = async (trapdoor: Trapdoor) =>
    circuits().register("eligibility-64", (await deployVerifier(trapdoor)) as never);
  const honest = trapdoorOf(64);

  test("is registered once under its circuit's name, with the hash of its words", async () => {
    const address = await deployVerifier(honest);
    await circuits().register("eligibility-64", address);
    const id = keccak256(toUtf8Bytes("eligibility-64"));
    expect(await circuits().verifierOf(id)).toBe(address);
    const words = keyWords(keyOf(honest)).map(({ value }) => value.toString(16).padStart(64, "0"));
    expect(await circuits().keyHashOf(id)).toBe(keccak256(`0x${words.join("")}`));
    await expectRefusal(circuits().register("eligibility-64", address), "CircuitTaken");
    await expectRefusal(circuits().verifierOf(bytes32("none")), "UnknownCircuit");
  });

  test("without a phase-2 contribution (delta = gamma) is refused: anyone could forge", async () => {
    const forgeable = { ...honest, delta: honest.gamma };
    // The forgery itself: A = alpha, B = beta, C = -vk_x, for signals of our choice.
    const signals = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
    const { alpha, beta } = honest;
    const forged = simulate(forgeable, signals, { a: alpha, b: beta });
    const verifier = await verifierAt(await deployVerifier(forgeable));
    expect(await verifier(forged, signals)).toBe(true);
    await expectRefusal(register(forgeable), "ForgeableKey");
    const ours = await verifierAt(world.deployment.addresses.EligibilityVerifier8);
    expect(await ours(forged, signals)).toBe(false);
  });

  async function verifierAt(address: string) {
    const { abi, bytecode } = compileVerifier(honest);
    const at = new ContractFactory(abi, bytecode).attach(address);
    const contract = at.connect(world.actors.anyone as never) as unknown as {
      verifyProof(...args: unknown[]): Promise<boolean>;
    };
    return ([a0, a1, b0, b1, b2, b3, c0, c1]: bigint[], signals: bigint[]) =>
      contract.verifyProof(
        [a0, a1],
        [
          [b0, b1],
          [b2, b3],
        ],
        [c0, c1],
        signals,
      );
  }

  test("with opposite, equal or missing points is refused", async () => {
    const order = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
    await expectRefusal(register({ ...honest, delta: order - honest.gamma }), "ForgeableKey");
    await expectRefusal(register({ ...honest, gamma: honest.beta }), "ForgeableKey");
    await expectRefusal(register({ ...honest, delta: honest.beta }), "ForgeableKey");
  });

  test("that is forgeable stops a deployment", async () => {
    const forgeable = compileVerifier({ ...honest, delta: honest.gamma });
    const attempt = deploy({
      signer: world.actors.deployer as never,
      governance: world.actors.governance.address,
      dictionary: { version: 1, hash: bytes32("x") },
      artifacts: { EligibilityVerifier32: forgeable },
    });
    await expectRefusal(attempt, "ForgeableKey");
  });
});
