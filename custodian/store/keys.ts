// Keys for participants: a fresh X25519 pair for everyone in a trial whose version in force names this custodian, made
// without being asked, and published for the whole trial at once, so that nobody has to say for whom.
import { hexlify, Signature, TypedDataEncoder, type Wallet } from "ethers";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  hashKeys,
  type KeyList,
  type ParticipantKey,
} from "../../circuits/statement/exchange/receipt.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Facts } from "../chain/facts.ts";
import type { Log } from "../log.ts";
import type { Store } from "./store.ts";
import type { Vault, Whose } from "./vault.ts";

/** Made in one go, so that what was made is kept, and requests come in between. */
const AT_ONCE = 500;
/** Progress is told after so long. */
const TELL_MS = 2_000;

/** A trial's public keys, signed. */
export type SignedKeys = {
  readonly blockNumber: number;
  readonly signature: string;
  readonly keys: readonly ParticipantKey[];
};

type Options = {
  readonly store: Store;
  readonly vault: Vault;
  readonly wallet: Wallet;
  readonly deployment: Deployment;
  readonly log: Log;
};

export class Keys {
  readonly #of: Options;
  /** The list signed last, by trial: as long as it is the same list of the same block. */
  readonly #signed = new Map<Bytes32, SignedKeys>();
  /** Who is known to have a key, or to have had one. */
  readonly #known = new Set<string>();

  constructor(of: Options) {
    this.#of = of;
  }

  /** Makes what is missing. Whoever is erased gets none. Returns how many were made. */
  async make(facts: Facts): Promise<number> {
    const { store, vault, log } = this.#of;
    const missing = this.#missing(facts);
    let told = performance.now();
    for (let at = 0; at < missing.length; at += AT_ONCE) {
      const made = await Promise.all(
        missing.slice(at, at + AT_ONCE).map(async (whose) => {
          const pair = await hpke.kem.generateKeyPair();
          const secret = new Uint8Array(await hpke.kem.serializePrivateKey(pair.privateKey));
          const publicKey = await hpke.kem.serializePublicKey(pair.publicKey);
          const sealed = vault.seal(whose, secret);
          secret.fill(0);
          return { ...whose, publicKey: hexlify(new Uint8Array(publicKey)), sealed };
        }),
      );
      // An erasure may have come in between.
      store.addKeys(made.filter((one) => !facts.isErased(one.trialId, one.pseudonym)));
      if (performance.now() - told < TELL_MS) continue;
      told = performance.now();
      log.info({ made: at + made.length, of: missing.length }, "making keys");
    }
    return missing.length;
  }

  /** The signed list of a trial's keys; undefined when there are none. */
  list(trialId: Bytes32, blockNumber: number): SignedKeys | undefined {
    const known = this.#signed.get(trialId);
    if (known?.blockNumber === blockNumber) return known;
    const keys = this.#of.store.listKeys(trialId);
    if (keys.length === 0) return undefined;
    const { wallet, deployment } = this.#of;
    const domain = custodianDomain(deployment.chainId, deployment.addresses.CustodyLog);
    const count = keys.length;
    const message: KeyList = {
      ...{ trialId, keys: hashKeys(keys), count },
      blockNumber: BigInt(blockNumber),
    };
    const digest = TypedDataEncoder.hash(domain, CUSTODIAN_TYPES.KeyList, message);
    const signature = Signature.from(wallet.signingKey.sign(digest)).serialized;
    const signed = { blockNumber, signature, keys };
    this.#signed.set(trialId, signed);
    return signed;
  }

  /** The lists changed: the next ones are signed anew. */
  forgetLists(): void {
    this.#signed.clear();
  }

  /** The private key for a participant, to open one share; undefined when there is none that is theirs. */
  async open(whose: Whose): Promise<CryptoKey | undefined> {
    const { store, vault, log } = this.#of;
    const sealed = store.sealedKey(whose);
    if (sealed === undefined) return undefined;
    try {
      const secret = vault.open(whose, sealed);
      const key = await hpke.kem.deserializePrivateKey(secret);
      secret.fill(0);
      return key;
    } catch {
      log.error(
        "a key in the database is not what this custodian sealed: restore the folder from its copy",
      );
      return undefined;
    }
  }

  #missing(facts: Facts): Whose[] {
    return facts
      .ownTrials("now")
      .flatMap(([trialId, { participants }]) =>
        [...participants.keys()]
          .map((pseudonym) => ({ trialId, pseudonym }))
          .filter((whose) => !facts.isErased(trialId, whose.pseudonym) && !this.#isKnown(whose)),
      );
  }

  #isKnown(whose: Whose): boolean {
    const name = `${whose.trialId} ${whose.pseudonym}`;
    if (this.#known.has(name)) return true;
    if (!this.#of.store.knows(whose)) return false;
    this.#known.add(name);
    return true;
  }
}
