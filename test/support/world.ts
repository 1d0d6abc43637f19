// The one world of the tests: a chain with everything deployed, the cast that acts on it, and keys whose trapdoors the
// tests hold. Here it is a chain in the process; support/stage.ts opens one that a server can read.
import type { Signer } from "ethers";
import { network } from "hardhat";
import { expect } from "vitest";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import type { RefusalCode } from "../../circuits/statement/refusal.ts";
import { ROLES } from "../../circuits/statement/trial/trial.ts";
import { connect, refusalOf } from "../../contracts/connect.ts";
import { deploy } from "../../contracts/deploy.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { compileSemaphoreVerifier, compileVerifier } from "../contracts/compile.ts";
import { trapdoorOf } from "../contracts/trapdoor.ts";

export const TRAPDOORS = { 8: trapdoorOf(8), 32: trapdoorOf(32), semaphore: trapdoorOf(20, 4) };
export const ROLE = ROLES;
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
  "custodian",
  "otherCustodian",
  "clinician",
  "operator",
  "staff",
] as const;
export type Actor = (typeof ACTORS)[number];
type Account = Signer & { readonly address: string };
type Actors<A extends Account> = Readonly<Record<Actor, A>>;

type Parts<A extends Account> = {
  readonly deployment: Deployment;
  readonly actors: Actors<A>;
  /** Asks the chain's node. */
  readonly request: (method: string, ...params: unknown[]) => Promise<unknown>;
  /** Ends the chain. */
  readonly close: () => Promise<void>;
};

/** A deployment, those who act on it, and its chain's clock. */
export type World<A extends Account = Account> = ReturnType<typeof worldOn<A>>;

/** The world of a deployment, whatever chain it is on. */
export function worldOn<A extends Account>({ deployment, actors, request, close }: Parts<A>) {
  /** The next block's time; `mine` makes one now. */
  const at = async (seconds: number) => {
    await request("evm_setNextBlockTimestamp", seconds);
  };
  const now = async (): Promise<number> => {
    const block = (await request("eth_getBlockByNumber", "latest", false)) as { timestamp: string };
    return Number(block.timestamp);
  };
  return {
    ...{ deployment, actors, request, close, at, now },
    as: (actor: Actor) => connect(deployment, actors[actor]),
    mine: () => request("evm_mine"),
    travel: async (seconds: number) => at((await now()) + seconds),
    /** Back to this moment, later. */
    snapshot: () => request("evm_snapshot") as Promise<string>,
    revert: (id: string) => request("evm_revert", id),
  };
}

/** The cast by the same names on every chain. */
export async function castFrom<A extends Account>(
  accountOf: (name: Actor, nth: number) => A | Promise<A>,
): Promise<Actors<A>> {
  const entries = ACTORS.map(async (name, i) => [name, await accountOf(name, i)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<Actor, A>;
}

/** Accredits two organisations of every kind. */
export async function accreditAll({ as, actors }: World): Promise<void> {
  const { clinic, sponsor, board } = ROLE;
  const roles = { clinic, otherClinic: clinic, sponsor, otherSponsor: sponsor, board };
  for (const [name, role] of Object.entries({ ...roles, otherBoard: board })) {
    await as("governance").accreditation.accredit(role, actors[name as Actor].address, name);
  }
}

/** Accredits those whom the exchange needs besides. */
export async function accreditExchange({ as, actors }: World): Promise<void> {
  const { custodian, emergencyClinician: clinician, operator } = ROLE;
  const roles = { custodian, otherCustodian: custodian, clinician, operator };
  for (const [name, role] of Object.entries(roles)) {
    await as("governance").accreditation.accredit(role, actors[name as Actor].address, name);
  }
}

/** Verifiers of keys whose trapdoors the tests hold. */
export const trapdoorArtifacts = () => ({
  EligibilityVerifier8: compileVerifier(TRAPDOORS[8]),
  EligibilityVerifier32: compileVerifier(TRAPDOORS[32]),
  SemaphoreVerifier: compileSemaphoreVerifier(TRAPDOORS.semaphore),
});

type Connection = Awaited<ReturnType<typeof network.create<"l1">>>;
export type LocalWorld = World & {
  /** A second deployment on the same chain. */
  readonly twin: () => Promise<LocalWorld>;
};

/**
 * Deploys on a fresh chain in this process. `real`: the generated verifiers and Semaphore's own, instead of
 * trapdoor keys.
 */
export async function createWorld({ real = false } = {}): Promise<LocalWorld> {
  return deployWorld(await network.create({ network: "sim", chainType: "l1" }), real, START);
}

async function deployWorld(
  connection: Connection,
  real: boolean,
  start: number,
): Promise<LocalWorld> {
  const { provider } = connection;
  const signers = await connection.ethers.getSigners();
  const actors = await castFrom((_, i) => signers[i]!);
  const request = (method: string, ...params: unknown[]) => provider.request({ method, params });
  await request("evm_setNextBlockTimestamp", start);
  const deployment = await deploy({
    signer: actors.deployer,
    governance: actors.governance.address,
    dictionary: { version: 1, hash: `0x${"d1".repeat(32)}` },
    rootWindowSeconds: ROOT_WINDOW,
    artifacts: real ? {} : trapdoorArtifacts(),
  });
  const world = worldOn({ deployment, actors, request, close: () => connection.close() });
  await accreditAll(world);
  return { ...world, twin: async () => deployWorld(connection, real, (await world.now()) + 1) };
}

/** A number below the field order, different for each name; nobody knows what it hashes. */
export function number(name: string): bigint {
  return hashEncoded(["string"], [name]);
}

/** 32 bytes, different for each name. */
export function bytes32(name: string): string {
  return `0x${number(name).toString(16).padStart(64, "0")}`;
}

/** The hash of why a board suspends a trial. */
export const REASON = bytes32("why the trial is suspended");

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
