// A trial's story on a stand, acted through the server by its clients; proofs are simulated with the tests' keys.
import type { Log, Wallet } from "ethers";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { signForwardRequest } from "../../client/actor/chain.ts";
import { type Api, connect as connectApi } from "../../client/api/api.ts";
import { type Connectable, type Contracts, interfaceOf } from "../../contracts/connect.ts";
import { type Person, personOf, type Story, storyOf } from "../contracts/story.ts";
import { gatherOn } from "../support/stage.ts";
import type { World } from "../support/world.ts";
import { type Diary, emptyDiary, perform, persist } from "./client.ts";
import type { Stand } from "./stand.ts";

export const PROTOCOL = "CZ-FAULTS-1";
const NAMES = ["Anna", "Bert", "Cleo", "Dora"] as const;
const ORGANISATIONS = ["governance", "clinic", "sponsor", "board"] as const;
type Organisation = (typeof ORGANISATIONS)[number];

export type Play = {
  readonly stand: Stand;
  readonly diary: Diary;
  readonly api: Api;
  readonly story: Story;
  readonly contracts: Contracts;
  readonly actors: World<Wallet>["actors"];
  /** Clients of those who are signed in. */
  readonly signedIn: Readonly<Record<Organisation, Api>>;
  readonly people: Readonly<Record<(typeof NAMES)[number], Person>>;
};

export async function openPlay(stand: Stand): Promise<Play> {
  const world = await gatherOn(stand.chain);
  const { actors, as } = world;
  await stand.save();
  const story = storyOf(world, trialIdOf(PROTOCOL));
  const diary = emptyDiary();
  const api = connectApi({ url: stand.url });
  const enter = async (name: Organisation) => [name, await api.signIn({ signer: actors[name] })];
  const people = NAMES.map((name) => [name, personOf(story, name)]);
  return {
    ...{ stand, diary, api, story, actors },
    contracts: as("anyone"),
    signedIn: Object.fromEntries(await Promise.all(ORGANISATIONS.map(enter))),
    people: Object.fromEntries(people),
  };
}

type Call = {
  readonly contract: "Accreditation" | "RecordRegistry" | "TrialRegistry" | "Enrollment";
  readonly method: string;
  readonly args: readonly unknown[];
  readonly isDone: () => Promise<boolean>;
};

/** An organisation signs a call, and the server relays it. */
export async function relay(play: Play, by: Organisation, call: Call): Promise<void> {
  const { stand, diary, contracts, signedIn, actors } = play;
  const { addresses, chainId } = stand.chain.deployment;
  const make = async () =>
    signForwardRequest({
      signer: actors[by],
      forwarder: { chainId, address: addresses.ERC2771Forwarder },
      to: addresses[call.contract],
      data: interfaceOf(call.contract).encodeFunctionData(call.method, call.args),
      // Read first of all: what was done until then shows when it is asked whether it is done.
      nonce: await contracts.forwarder.nonces(actors[by].address),
      gas: 6_000_000n,
      deadline: (await play.story.world.now()) + 3_600,
    });
  await perform(diary, { api: signedIn[by], kind: "forwardRequest", make, isDone: call.isDone });
}

/** An organisation sends calls to the chain by itself, in order, and again from the first that the chain has lost. */
export async function sendDirectly(play: Play, who: Wallet, calls: readonly Call[]): Promise<void> {
  await persist(play.diary, async () => {
    for (const call of calls) await sendOnce(play, who, call);
  });
}

async function sendOnce(play: Play, who: Wallet, call: Call): Promise<void> {
  if (await call.isDone()) return;
  const { provider, deployment } = play.stand.chain;
  const data = interfaceOf(call.contract).encodeFunctionData(call.method, call.args);
  const to = deployment.addresses[call.contract];
  const raw = await who.signTransaction(await who.populateTransaction({ to, data }));
  await provider.send("eth_sendRawTransaction", [raw]);
  if (!(await call.isDone())) throw new Error("not in a block yet");
}

type Wanted = { contract: Connectable; name: string; with: Readonly<Record<string, unknown>> };

/** Whether the chain's log holds an event whose arguments include these. */
export async function happened(play: Play, event: Wanted): Promise<boolean> {
  return (await findEvent(play, event)) !== undefined;
}

/** The first event in the chain's log whose arguments include these. */
export async function findEvent(play: Play, event: Wanted): Promise<Log | undefined> {
  const { provider, deployment } = play.stand.chain;
  const { deployBlock: fromBlock, addresses } = deployment;
  const parser = interfaceOf(event.contract);
  const topics = [parser.getEvent(event.name)!.topicHash];
  const logs = await provider.getLogs({ address: addresses[event.contract], fromBlock, topics });
  const wanted = Object.entries(event.with);
  return logs.find((log) => {
    const { args } = parser.parseLog(log)!;
    return wanted.every(([name, value]) => valueAt(args, name) === String(value).toLowerCase());
  });
}

function valueAt(args: Record<string, unknown>, path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], args);
  return String(value).toLowerCase();
}
