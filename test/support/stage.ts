// A chain with everybody accredited, an open trial and a server. The verifying keys are the tests'
// own, so that proofs are made in milliseconds; everything else is as in production.
import { id, type TransactionRequest, type TransactionResponse, Wallet } from "ethers";
import type { ConsentStatement } from "../../circuits/statement/trial/consent.ts";
import {
  consentProofOf,
  openTrial,
  type Person,
  personOf,
  type Story,
  screeningOf,
  statementOf,
} from "../contracts/story.ts";
import { KEYS, startChain, type TestChain } from "./chain.ts";
import type { Answer, TestServer } from "./server.ts";
import { STAGE_KEYS } from "./stageKeys.ts";
import {
  accreditAll,
  castFrom,
  ROOT_WINDOW,
  trapdoorArtifacts,
  type World,
  worldOn,
} from "./world.ts";

export { STAGE_KEYS };

export type Stage = {
  readonly chain: TestChain;
  readonly world: World<Wallet>;
  readonly story: Story;
  readonly actors: World<Wallet>["actors"];
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

/** How to deploy with verifiers of keys whose trapdoors the tests hold. */
export const trapdoorDeployment = () => ({
  rootWindowSeconds: ROOT_WINDOW,
  artifacts: trapdoorArtifacts(),
});

/** The world of a chain: its cast has money, and no role yet. */
export async function gatherOn(chain: TestChain): Promise<World<Wallet>> {
  const { provider, deployment, stop } = chain;
  const request = (method: string, ...params: unknown[]) => provider.send(method, params);
  const actors = await castFrom(async (name) => {
    const key = name === "governance" ? KEYS.governance.privateKey : id(`test key of ${name}`);
    const wallet = new PatientWallet(key, provider);
    await request("anvil_setBalance", wallet.address, "0x3635c9adc5dea00000");
    return wallet;
  });
  return worldOn<Wallet>({ deployment, actors, request, close: stop });
}

/** A chain of its own with everybody accredited and an open trial. */
export async function startStage(options: { chainTime?: number } = {}): Promise<Stage> {
  const chain = await startChain({ ...trapdoorDeployment(), ...options });
  const world = await gatherOn(chain);
  await accreditAll(world);
  const story = await openTrial(world);
  return { chain, world, story, actors: world.actors, stop: chain.stop };
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
