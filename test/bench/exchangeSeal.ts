// A deposit of 50 kB as the wallet makes it: sealed for three custodians, put into the exchange's store, and entered. The
// participant's proof is made before, and is not in the figure.
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { hexlify } from "ethers";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import { inOrder, PERMISSIONS, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { connect } from "../../client/api/api.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import { type EntryDraft, sealDeposit, sendDeposit } from "../../client/exchange/deposit.ts";
import type { KeyRing } from "../../client/exchange/keys.ts";
import { arriveNew, CHAIN_ID } from "../contracts/story.ts";
import { CUSTODIANS } from "../custodian/stage.ts";
import { proofOf, publish, startExchangeStage } from "../server/exchangeStage.ts";
import { startTestServer } from "../support/server.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import { PROVENANCE, readings } from "./exchangeVisits.ts";
import { cost, median, ms, type Result } from "./measure.ts";

const BYTES = 50_000;
const ROUNDS = 15;
const MOST_MS = 150;

export async function measureSealing(say: (progress: string) => void): Promise<Result[]> {
  say("a chain and a server");
  const custodians = inOrder(CUSTODIANS.map(({ address }) => address));
  const stage = await startExchangeStage({ custodians });
  const server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
  try {
    await publish(server, stage);
    return await measure({ stage, custodians, exchange: exchangeOf(connect({ url: server.url })) });
  } finally {
    await server.end();
    await stage.stop();
  }
}

type Place = {
  readonly stage: Awaited<ReturnType<typeof startExchangeStage>>;
  readonly custodians: readonly string[];
  readonly exchange: ReturnType<typeof exchangeOf>;
};

async function measure({ stage, custodians, exchange }: Place): Promise<Result[]> {
  const { story } = stage;
  const person = await arriveNew(story, "Ann");
  const at = { chainId: CHAIN_ID, depositLog: story.world.deployment.addresses.DepositLog };
  const keys = await ringFor(custodians, person.pseudonym);
  const recipient = await identityToRecipient(await generateX25519Identity());
  const content = readings(BYTES);
  const day = dayOfTimestamp(await story.world.now());
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const [aged, sealing, sending]: number[][] = [[], [], []];
  for (let sequence = 1; sequence <= ROUNDS; sequence++) {
    const draft: EntryDraft = {
      ...{ trialId: story.trialId, pseudonym: person.pseudonym, collection: "steps", sequence },
      ...{ permission: PERMISSIONS.shareRecord, formVersion: 1, day },
      ...{ source: SOURCES.device, replaces: ZERO_BYTES32, correction: 0 },
    };
    aged!.push((await cost(() => ageAlone(plain, recipient))).wallMs);
    let sealed: Awaited<ReturnType<typeof sealDeposit>> | undefined;
    const filling = { content, provenance: PROVENANCE };
    const one = await cost(async () => {
      sealed = await sealDeposit({ draft, at, filling, keys, recipient });
    });
    sealing!.push(one.wallMs);
    const { entry, bytes } = sealed!;
    const proof = await proofOf(story, entry);
    const authority = { kind: "participant", ...proof } as const;
    sending!.push((await cost(() => sendDeposit(exchange, { entry, authority, bytes }))).wallMs);
  }
  // The first ones are of code that has not run before.
  const of = (times: number[]) => median(times.slice(3));
  const both = of(sealing!) + of(sending!);
  return [
    {
      what: `seal and deposit ${BYTES / 1000} kB for ${custodians.length} custodians, proof apart`,
      baseline: `age alone, to one recipient, ${ms(of(aged!))}`,
      measured: `${ms(both)}, of it sealing ${ms(of(sealing!))}, ${(of(sealing!) / of(aged!)).toFixed(1)}x`,
      target: `at most ${MOST_MS} ms`,
      reached: both <= MOST_MS,
    },
  ];
}

async function ageAlone(plain: Uint8Array, recipient: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return await encrypter.encrypt(plain);
}

/** Keys as custodians make them for a participant. */
async function ringFor(custodians: readonly string[], pseudonym: bigint): Promise<KeyRing> {
  const lists = await Promise.all(
    custodians.map(async (address) => {
      const { publicKey } = await hpke.kem.generateKeyPair();
      const key = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(publicKey)));
      return { address: address.toLowerCase(), keys: new Map([[pseudonym, key]]) };
    }),
  );
  return { threshold: 2, lists, missing: [] };
}
