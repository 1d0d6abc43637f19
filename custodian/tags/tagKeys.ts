// This custodian's share of each trial's key of persons' tags. The custodians deal the key among themselves
// (circuits/statement/exchange/tagKey.ts) and never talk to each other: whoever sets it up, a desk as a rule, carries what
// they say from one to the other, signed or sealed. What a custodian deals follows from its own key, so that nothing has to
// be kept between the rounds, and that it deals the same again.
import { hkdfSync } from "node:crypto";
import { getBytes, hexlify, recoverAddress, Signature, type Wallet } from "ethers";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import {
  type Drawing,
  deal,
  dealingDigest,
  dealShares,
  hashSet,
  hashTagKey,
  joinShares,
  publicShare,
  type TagDealing,
  type TagSet,
} from "../../circuits/statement/exchange/tagKey.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Vault } from "../store/vault.ts";

const SHARE_INFO = new TextEncoder().encode("cohort-zero/tag-share/1");
/** No participant has this pseudonym: the vault binds what it seals to one. */
const NOBODY = 0n;

/** What one custodian deals to another, sealed to its transport key. */
export type SealedShare = {
  readonly custodian: string;
  readonly enc: string;
  readonly body: string;
};

/** A trial's key as it is kept here. */
export type HeldKey = {
  readonly hash: Bytes32;
  readonly dealings: readonly TagDealing[];
  readonly share: Uint8Array;
  /** The public point of this custodian's share. */
  readonly point: Uint8Array;
};

type Options = {
  readonly store: Store;
  readonly vault: Vault;
  readonly wallet: Wallet;
  readonly deployment: Deployment;
  readonly log: Log;
};

export class TagKeys {
  readonly #of: Options;
  readonly #own: string;
  readonly #held = new Map<Bytes32, HeldKey>();

  constructor(of: Options) {
    this.#of = of;
    this.#own = of.wallet.address.toLowerCase();
  }

  /** First round: what this custodian deals, in public. */
  async deal(set: TagSet): Promise<TagDealing> {
    const { wallet } = this.#of;
    const pair = await this.#transport(set);
    const transport = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(pair.publicKey)));
    const dealt = { transport, ...deal(set, this.#own, this.#draw(set)) };
    const digest = dealingDigest(this.#place, set, dealt);
    const signature = Signature.from(wallet.signingKey.sign(digest)).serialized;
    return { custodian: this.#own, ...dealt, signature };
  }

  /**
   * Second round: a share for each other one, sealed. Refuses with `WrongTagShare` naming a custodian whose dealing is not
   * signed by it, or proves nothing.
   */
  async dealShares(set: TagSet, dealings: readonly TagDealing[]): Promise<SealedShare[]> {
    this.#requireDealings(set, dealings);
    const own = { custodian: this.#own, draw: this.#draw(set) };
    const shares = orRefuse(() => dealShares(set, own, dealings), "proof of possession");
    return await Promise.all(
      dealings.flatMap(({ custodian, transport }) => {
        const share = shares.get(custodian);
        return share === undefined ? [] : [this.#seal(set, { custodian, transport, share })];
      }),
    );
  }

  /**
   * Third round: keeps this custodian's share of the key for good. Again with the same key, nothing changes. Refuses with
   * `WrongTagShare` and, when another key is kept already, with `TagKeysDiffer`.
   */
  async keep(
    set: TagSet,
    dealings: readonly TagDealing[],
    sealed: readonly SealedShare[],
  ): Promise<Bytes32> {
    this.#requireDealings(set, dealings);
    const { store, vault, log } = this.#of;
    const { trialId } = set;
    const hash = hashTagKey(set, dealings);
    const before = store.tagKey(trialId);
    if (before !== undefined && before.hash !== hash) throw new Refusal("TagKeysDiffer");
    if (before !== undefined) return hash;
    const shares = new Map<string, Uint8Array>();
    for (const one of sealed) shares.set(one.custodian, await this.#open(set, one));
    const own = { custodian: this.#own, draw: this.#draw(set) };
    const share = orRefuse(() => joinShares(set, own, { dealings, shares }), "share");
    // Others may have come in between: the first one counts.
    const meanwhile = store.tagKey(trialId);
    if (meanwhile !== undefined && meanwhile.hash !== hash) throw new Refusal("TagKeysDiffer");
    if (meanwhile !== undefined) return hash;
    const kept = vault.seal({ trialId, pseudonym: NOBODY }, share);
    store.addTagKey(trialId, { hash, dealings: JSON.stringify(dealings), sealed: kept });
    log.info({ trialId, hash }, "keeping a share of the trial's key of tags");
    return hash;
  }

  /** A trial's key, once it is kept. */
  held(set: TagSet): HeldKey | undefined {
    const known = this.#held.get(set.trialId);
    if (known !== undefined) return known;
    const { store, vault } = this.#of;
    const stored = store.tagKey(set.trialId);
    if (stored === undefined) return undefined;
    const dealings = JSON.parse(stored.dealings) as TagDealing[];
    const share = vault.open({ trialId: set.trialId, pseudonym: NOBODY }, stored.sealed);
    const held = {
      hash: stored.hash,
      dealings,
      share,
      point: publicShare(set, dealings, this.#own),
    };
    this.#held.set(set.trialId, held);
    return held;
  }

  /** One of every holder, in order, signed by it. */
  #requireDealings(set: TagSet, dealings: readonly TagDealing[]): void {
    const wrong = set.members.find((member, i) => {
      const dealing = dealings[i];
      return dealing?.custodian !== member || !isSigned(this.#place, set, dealing);
    });
    if (wrong !== undefined || dealings.length !== set.members.length) {
      throw new Refusal("WrongTagShare", { custodian: wrong ?? "", part: "signature" });
    }
  }

  async #seal(
    set: TagSet,
    to: { readonly custodian: string; readonly transport: Bytes32; readonly share: Uint8Array },
  ): Promise<SealedShare> {
    const recipientPublicKey = await hpke.kem.deserializePublicKey(getBytes(to.transport));
    const sender = await hpke.createSenderContext({ recipientPublicKey, info: SHARE_INFO });
    const body = await sender.seal(to.share, aadOf(set, { from: this.#own, to: to.custodian }));
    const enc = hexlify(new Uint8Array(sender.enc));
    return { custodian: to.custodian, enc, body: hexlify(new Uint8Array(body)) };
  }

  async #open(set: TagSet, { custodian, enc, body }: SealedShare): Promise<Uint8Array> {
    try {
      const { privateKey: recipientKey } = await this.#transport(set);
      const sealed = { recipientKey, enc: getBytes(enc), info: SHARE_INFO };
      const opener = await hpke.createRecipientContext(sealed);
      const aad = aadOf(set, { from: custodian, to: this.#own });
      return new Uint8Array(await opener.open(getBytes(body), aad));
    } catch {
      throw new Refusal("WrongTagShare", { custodian, part: "seal" });
    }
  }

  get #place() {
    const { chainId, addresses } = this.#of.deployment;
    return { chainId, custodyLog: addresses.CustodyLog };
  }

  async #transport(set: TagSet): Promise<CryptoKeyPair> {
    return await hpke.kem.deriveKeyPair(this.#derive("cohort-zero/tag-transport/1", set, 32));
  }

  /** Each call draws the next bytes; each run the same ones. */
  #draw(set: TagSet): Drawing {
    return () => {
      let drawn = 0;
      return (bytes) => this.#derive(`cohort-zero/tag-deal/1 ${drawn++}`, set, bytes);
    };
  }

  /** HKDF-SHA256 (RFC 5869) of the custodian's own key, for one use, chain and set. */
  #derive(use: string, set: TagSet, bytes: number): Uint8Array<ArrayBuffer> {
    const { chainId, custodyLog } = this.#place;
    const info = `${use} ${chainId} ${custodyLog.toLowerCase()} ${hashSet(set)}`;
    const secret = getBytes(this.#of.wallet.privateKey);
    return new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), info, bytes));
  }
}

function isSigned(
  at: { readonly chainId: number; readonly custodyLog: string },
  set: TagSet,
  dealing: TagDealing,
): boolean {
  try {
    const signer = recoverAddress(dealingDigest(at, set, dealing), dealing.signature);
    return signer.toLowerCase() === dealing.custodian;
  } catch {
    return false;
  }
}

/** Who dealt it to whom, of which set: a share put in another's place does not open. */
function aadOf(set: TagSet, of: { readonly from: string; readonly to: string }): Uint8Array {
  return new Uint8Array([...getBytes(hashSet(set)), ...getBytes(of.from), ...getBytes(of.to)]);
}

function orRefuse<T>(act: () => T, part: string): T {
  try {
    return act();
  } catch {
    // The library's words name neither whose it was nor what to do.
    throw new Refusal("WrongTagShare", { part });
  }
}
