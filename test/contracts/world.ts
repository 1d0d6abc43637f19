// A chain in the process with everything deployed, everybody accredited, and keys whose trapdoor
// the tests hold.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";
import { expect } from "vitest";
import { hashEncoded } from "../../circuits/statement/hash.ts";
import type { RefusalCode } from "../../circuits/statement/refusal.ts";
import { connect, refusalOf } from "../../contracts/connect.ts";
import { deploy } from "../../contracts/deploy.ts";
import { compileSemaphoreVerifier, compileVerifier } from "./compile.ts";
import { trapdoorOf } from "./trapdoor.ts";

export const TRAPDOORS = { 8: trapdoorOf(8), 32: trapdoorOf(32), semaphore: trapdoorOf(20, 4) };
export const ROLE = { clinic: 1, sponsor: 2, board: 3 } as const;
export const DAY = 86_400;
export const ROOT_WINDOW = 3_600;
/** Noon, so that a test may move a little either way within the day. */
export const START = Date.parse("2030-03-01T12:00:00Z") / 1000;

const ACTORS = [
  "deployer",
  "governance",
  "clinic",
  "otherClinic",
  "sponsor",
  "otherSponsor",
  "board",
  "otherBoard",
  "site",
  "otherSite",
  "anyone",
] as const;
export type Actor = (typeof ACTORS)[number];
/** A deployment on a chain, and the means to make a second one on the same chain. */
export type World = Awaited<ReturnType<typeof deployOn>> & { twin: () => Promise<World> };
type Connection = Awaited<ReturnType<typeof network.create<"l1">>>;

/**
 * Deploys on a fresh chain. `real`: the generated verifiers and Semaphore's own, instead of
 * trapdoor keys.
 */
export async function createWorld({ real = false } = {}): Promise<World> {
  return deployWorld(await network.create({ network: "sim", chainType: "l1" }), real, START);
}

async function deployWorld(connection: Connection, real: boolean, start: number): Promise<World> {
  const world = await deployOn(connection, real, start);
  return { ...world, twin: async () => deployWorld(connection, real, (await world.now()) + 1) };
}

async function deployOn(connection: Connection, real: boolean, start: number) {
  const { provider } = connection;
  const signers = await connection.ethers.getSigners();
  const actors = Object.fromEntries(ACTORS.map((name, i) => [name, signers[i]!])) as Record<
    Actor,
    HardhatEthersSigner
  >;
  const request = (method: string, ...params: unknown[]) => provider.request({ method, params });
  /** The next block's time; `mine` makes one now. */
  const at = async (seconds: number) => {
    await request("evm_setNextBlockTimestamp", seconds);
  };
  await at(start);
  const deployment = await deploy({
    signer: actors.deployer as never,
    governance: actors.governance.address,
    dictionary: { version: 1, hash: `0x${"d1".repeat(32)}` },
    rootWindowSeconds: ROOT_WINDOW,
    artifacts: real
      ? {}
      : {
          EligibilityVerifier8: compileVerifier(TRAPDOORS[8]),
          EligibilityVerifier32: compileVerifier(TRAPDOORS[32]),
          SemaphoreVerifier: compileSemaphoreVerifier(TRAPDOORS.semaphore),
        },
  });
  const as = (actor: Actor) => connect(deployment, actors[actor] as never);
  const { accreditation } = as("governance");
  const named = { clinic: 1, otherClinic: 1, sponsor: 2, otherSponsor: 2, board: 3, otherBoard: 3 };
  for (const [name, role] of Object.entries(named)) {
    await accreditation.accredit(role, actors[name as Actor].address, name);
  }
  const now = async (): Promise<number> => {
    const block = (await request("eth_getBlockByNumber", "latest", false)) as { timestamp: string };
    return Number(block.timestamp);
  };
  return {
    deployment,
    actors,
    as,
    at,
    now,
    request,
    mine: () => request("evm_mine"),
    travel: async (seconds: number) => at((await now()) + seconds),
    close: () => connection.close(),
    /** Back to this moment, later. */
    snapshot: () => request("evm_snapshot") as Promise<string>,
    revert: (id: string) => request("evm_revert", id),
  };
}

/** A number below the field order, different for each name; nobody knows what it hashes. */
export function number(name: string): bigint {
  return hashEncoded(["string"], [name]);
}

/** 32 bytes, different for each name. */
export function bytes32(name: string): string {
  return `0x${number(name).toString(16).padStart(64, "0")}`;
}

/** Expects exactly this refusal (and details, when given) from a call or transaction. */
export async function expectRefusal(
  act: Promise<unknown>,
  code: RefusalCode,
  details?: Record<string, unknown>,
): Promise<void> {
  const outcome = await act.then(
    () => "accepted",
    (error: unknown) => refusalOf(error) ?? error,
  );
  if (outcome instanceof Error && !("code" in outcome && "details" in outcome)) throw outcome;
  expect(outcome).toMatchObject(details ? { code, details } : { code });
}
