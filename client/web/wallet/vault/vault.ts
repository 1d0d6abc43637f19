// The wallet while it is open: in this tab's memory only, and saved sealed. No part of it outlives locking.
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { Wallet } from "../../../patient/wallet.ts";
import { ProverWorker } from "../../prover/worker.ts";
import { type Hold, takeHold } from "./hold.ts";
import { outdated } from "./passkeyProblem.ts";
import { makePasskey, openPasskey, type Passkey } from "./passkeys.ts";
import { ChangedElsewhere, deleteWallet, readWallet, type Stored, writeWallet } from "./storage.ts";

/** Why a wallet was locked. */
export type Why = "asked" | "idle" | "moved" | "changed";

export type Opened = { readonly wallet: Wallet; readonly revision: number };

/** An open wallet of this tab. */
export class Vault {
  /** Makes proofs. Stopping it stops nothing else. */
  readonly prover = new ProverWorker();
  /** Looks at trials and records, while the other proves or is stopped. */
  readonly checker = new ProverWorker();
  readonly #sealer: ProverWorker;
  readonly #hold: Hold;
  readonly #onChange: (opened: Opened) => void;
  readonly #onEnd: (why: Why) => void;
  #passphrase: string;
  #opened: Opened;
  #saving: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(of: {
    sealer: ProverWorker;
    hold: Hold;
    passphrase: string;
    opened: Opened;
    onChange: (opened: Opened) => void;
    onEnd: (why: Why) => void;
  }) {
    this.#sealer = of.sealer;
    this.#hold = of.hold;
    this.#passphrase = of.passphrase;
    this.#opened = of.opened;
    this.#onChange = of.onChange;
    this.#onEnd = of.onEnd;
    void of.hold.lost.then(() => this.lock("moved"));
  }

  get opened(): Opened {
    return this.#opened;
  }

  /**
   * Saves a wallet made from the given revision, by default the newest. Refuses (ChangedElsewhere) when there is a
   * newer one: what that one holds would be lost. Resolves once it lies on the device.
   */
  save(wallet: Wallet, from = this.#opened.revision, passphrase = this.#passphrase): Promise<void> {
    return this.#inTurn(() => this.#write({ wallet, from, passphrase }));
  }

  /** Saves what a change makes of the newest wallet, whatever was saved meanwhile. */
  change(make: (wallet: Wallet) => Wallet): Promise<void> {
    return this.#inTurn(async () => {
      const { wallet, revision: from } = this.#opened;
      const changed = make(wallet);
      if (changed === wallet) return;
      await this.#write({ wallet: changed, from, passphrase: this.#passphrase });
    });
  }

  #inTurn(save: () => Promise<void>): Promise<void> {
    const next = this.#saving.then(save);
    this.#saving = next.catch(() => {});
    return next;
  }

  async #write(of: { wallet: Wallet; from: number; passphrase: string }): Promise<void> {
    const { wallet, from, passphrase } = of;
    if (this.#isOver || from !== this.#opened.revision) throw new ChangedElsewhere();
    const bytes = await this.#sealer.run("wallet.seal", { wallet, passphrase });
    if (this.#isOver) throw new ChangedElsewhere();
    const revision = await writeWallet(bytes, from).catch((problem: unknown) => {
      if (problem instanceof ChangedElsewhere) this.lock("changed");
      throw problem;
    });
    this.#passphrase = passphrase;
    this.#opened = { wallet, revision };
    this.#onChange(this.#opened);
  }

  /** Changes the passphrase. Refuses with `WrongPassphrase` or `WeakPassphrase`. */
  async changePassphrase(before: string, after: string): Promise<void> {
    await this.#requirePassphrase(before);
    await this.save(this.#opened.wallet, this.#opened.revision, after);
  }

  /** A passkey, for whoever knows the passphrase. Refuses with `WrongPassphrase` and PasskeyFails. */
  async makePasskey(name: string, passphrase: string): Promise<Passkey> {
    await this.#requirePassphrase(passphrase);
    return await makePasskey({ name, passphrase });
  }

  /** Whoever finds the wallet open may use it, but not make themselves another way in. */
  async #requirePassphrase(passphrase: string): Promise<void> {
    const { bytes } = await stand();
    await this.#sealer.run("wallet.unseal", { bytes, passphrase });
  }

  /**
   * A file with a share of the seed for each guardian, whose passphrase or age key is given; any `needed` of them bring
   * the wallet back. Remembers the check code. Refuses with `WeakPassphrase`, `MalformedInput`.
   */
  async share(needed: number, guardians: readonly string[]): Promise<readonly Uint8Array[]> {
    const { seed } = this.#opened.wallet;
    const { code, files } = await this.#sealer.run("wallet.share", { seed, needed, guardians });
    await this.change((now) => ({ ...now, guardians: { code, needed, of: guardians.length } }));
    return files;
  }

  /** The recovery file, under a passphrase of its own or else the wallet's. */
  recovery(passphrase?: string): Promise<Uint8Array> {
    const { wallet } = this.#opened;
    const own = passphrase === undefined || passphrase === "" ? this.#passphrase : passphrase;
    return this.#sealer.run("wallet.sealRecovery", { wallet, passphrase: own });
  }

  /** Deletes the wallet from this browser, for good. */
  async remove(): Promise<void> {
    await this.#saving;
    await deleteWallet();
    this.lock("asked");
  }

  /** Forgets everything and stops every computation. */
  lock(why: Why): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.prover.stop();
    this.checker.stop();
    this.#sealer.stop();
    this.#hold.release();
    this.#onEnd(why);
  }
}

type Watching = { onChange: (opened: Opened) => void; onEnd: (why: Why) => void };

/** Opens the stored wallet. Refuses with `NoWallet`, `WrongPassphrase`. Takes it from another tab. */
export async function openVault(passphrase: string, watching: Watching): Promise<Vault> {
  return await withSealer(async (sealer) => {
    let stored = await stand();
    let wallet = await sealer.run("wallet.unseal", { bytes: stored.bytes, passphrase });
    // Only someone who knows the passphrase takes it from the other tab, which may have saved in between.
    const hold = await takeHold();
    const newest = await stand();
    if (newest.revision !== stored.revision) {
      stored = newest;
      wallet = await sealer.run("wallet.unseal", { bytes: stored.bytes, passphrase });
    }
    const opened = { wallet, revision: stored.revision };
    return new Vault({ sealer, hold, passphrase, opened, ...watching });
  });
}

/** The same by passkey. Refuses with PasskeyFails. */
export async function openVaultBy(passkey: Passkey, watching: Watching): Promise<Vault> {
  const passphrase = await openPasskey(passkey);
  return await openVault(passphrase, watching).catch((problem: unknown) => {
    const isOld = problem instanceof Refusal && problem.code === "WrongPassphrase";
    throw isOld ? outdated() : problem;
  });
}

async function stand(): Promise<Stored> {
  const stored = await readWallet();
  if (stored === undefined) throw new ChangedElsewhere();
  return stored;
}

/** A worker that ends with what failed: one that nobody holds would stay until the page closes. */
async function withSealer(open: (sealer: ProverWorker) => Promise<Vault>): Promise<Vault> {
  const sealer = new ProverWorker();
  try {
    return await open(sealer);
  } catch (problem) {
    sealer.stop();
    throw problem;
  }
}

/** A new wallet. Refuses (ChangedElsewhere) to overwrite one that another tab made meanwhile. */
export async function createVault(passphrase: string, watching: Watching): Promise<Vault> {
  return await withSealer(async (sealer) => {
    const made = await sealer.run("wallet.create", { passphrase });
    return await adopt(sealer, made.wallet, made.bytes, passphrase, watching);
  });
}

/** A wallet or recovery file of this program becomes the wallet of this browser. Refuses with `NotAWallet`, `WrongPassphrase`. */
export async function restoreVault(
  file: Uint8Array,
  passphrase: string,
  watching: Watching,
): Promise<Vault> {
  return await withSealer(async (sealer) => {
    const wallet = await sealer.run("wallet.unseal", { bytes: file, passphrase });
    const bytes = await sealer.run("wallet.seal", { wallet, passphrase });
    return await adopt(sealer, wallet, bytes, passphrase, watching);
  });
}

/** A wallet that guardians brought back becomes the wallet of this browser. Refuses with `WeakPassphrase`. */
export async function adoptVault(
  wallet: Wallet,
  passphrase: string,
  watching: Watching,
): Promise<Vault> {
  return await withSealer(async (sealer) => {
    const bytes = await sealer.run("wallet.seal", { wallet, passphrase });
    return await adopt(sealer, wallet, bytes, passphrase, watching);
  });
}

async function adopt(
  sealer: ProverWorker,
  wallet: Wallet,
  bytes: Uint8Array,
  passphrase: string,
  watching: Watching,
): Promise<Vault> {
  const revision = await writeWallet(bytes, 0);
  const hold = await takeHold();
  return new Vault({ sealer, hold, passphrase, opened: { wallet, revision }, ...watching });
}
