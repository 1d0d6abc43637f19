// A chain with everybody accredited, an open trial and a server. The verifying keys are the tests'
// own, so that proofs are made in milliseconds; everything else is as in production.
import {
  keccak256,
  type TransactionRequest,
  type TransactionResponse,
  toUtf8Bytes,
  Wallet,
} from "ethers";
import type { ConsentStatement } from "../../circuits/statement/consent.ts";
import { connect } from "../../contracts/connect.ts";
import { compileSemaphoreVerifier, compileVerifier } from "../contracts/compile.ts";
import {
  consentProofOf,
  openTrial,
  type Person,
  personOf,
  type Story,
  screeningOf,
  statementOf,
} from "../contracts/story.ts";
import { TRAPDOORS, type World } from "../contracts/world.ts";
import { startChain, type TestChain } from "./chain.ts";
import type { Answer, TestServer } from "./server.ts";
import { STAGE_KEYS } from "./stageKeys.ts";

export { STAGE_KEYS };

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
type ActorName = (typeof ACTORS)[number];

export type Stage = {
  readonly chain: TestChain;
  readonly world: World;
  readonly story: Story;
  readonly actors: Readonly<Record<ActorName, Wallet>>;
  readonly stop: () => Promise<void>;
};

/** A wallet whose transactions are mined when it returns. */
class PatientWallet extends Wallet {
  override async sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    const response = await super.sendTransaction(request);
    await response.wait();
    return response;
  }
}

const ROOT_WINDOW = 3_600;

/** How to deploy with verifiers of keys whose trapdoors the tests hold. */
export const trapdoorDeployment = () => ({
  rootWindowSeconds: ROOT_WINDOW,
  artifacts: {
    EligibilityVerifier8: compileVerifier(TRAPDOORS[8]),
    EligibilityVerifier32: compileVerifier(TRAPDOORS[32]),
    SemaphoreVerifier: compileSemaphoreVerifier(TRAPDOORS.semaphore),
  },
});

/** The cast on a chain, with money and without any role yet. */
export async function gatherOn({ provider, deployment }: TestChain) {
  const keyOfActor = (name: string) =>
    name === "governance" ? `0x${"a2".repeat(32)}` : keccak256(toUtf8Bytes(`test key of ${name}`));
  const entries = ACTORS.map((name) => [name, new PatientWallet(keyOfActor(name), provider)]);
  const actors = Object.fromEntries(entries) as Record<ActorName, Wallet>;
  for (const { address } of Object.values(actors)) {
    await provider.send("anvil_setBalance", [address, "0x3635c9adc5dea00000"]);
  }
  const as = (name: ActorName) => connect(deployment, actors[name]);
  const now = async () => (await provider.getBlock("latest"))!.timestamp;
  const request = (method: string, ...params: unknown[]) => provider.send(method, params);
  const at = (seconds: number) => request("evm_setNextBlockTimestamp", seconds);
  const world = {
    deployment,
    actors,
    as,
    at,
    now,
    request,
    mine: () => request("evm_mine"),
    travel: async (seconds: number) => at((await now()) + seconds),
  } as unknown as World;
  return { world, actors, as };
}

export async function startStage(options: { chainTime?: number } = {}): Promise<Stage> {
  const chain = await startChain({ ...trapdoorDeployment(), ...options });
  const { world, actors, as } = await gatherOn(chain);
  const roles = { clinic: 1, otherClinic: 1, sponsor: 2, otherSponsor: 2, board: 3, otherBoard: 3 };
  for (const [name, role] of Object.entries(roles)) {
    await as("governance").accreditation.accredit(role, actors[name as ActorName].address, name);
  }
  const story = await openTrial(world);
  return { chain, world, story, actors, stop: chain.stop };
}

/** Everything a union member of SubmissionResult is asked for. */
export const RESULT = `{
  __typename
  ... on Submission { id kind state }
  ... on Refusal { code message details { name value } }
}`;

/** BigInts as decimal text, as GraphQL takes them. */
export function asInput(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item) => (typeof item === "bigint" ? item.toString() : item)),
  );
}

/** Submits something and answers the union member. */
export async function submit(
  server: Pick<TestServer, "ask">,
  kind: string,
  input: unknown,
  token?: string,
): Promise<Answer["data"]> {
  const type = kind === "relay" ? "ForwardRequest" : kind.replace("submit", "");
  const query = `mutation ($input: ${type}Input!) { ${kind}(input: $input) ${RESULT} }`;
  const { data, errors } = await server.ask(query, { input: asInput(input) }, token);
  if (errors.length > 0) throw new Error(errors[0]!.message);
  return data[kind];
}

/** Has a person screened through the server; the settled submission. */
export async function screenThrough(server: TestServer, story: Story, person: Person) {
  const { proof } = await screeningOf(story, person);
  return server.settle((await submit(server, "submitScreening", proof)).id);
}

/** A consent's input, with its proof. */
export async function consentOf(
  story: Story,
  person: Person,
  change: Partial<ConsentStatement> = {},
) {
  const statement = await statementOf(story, change);
  return { statement, proof: await consentProofOf(story, person, statement) };
}

export { personOf };
