import { mkdtemp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { seal } from "../../client/files/seal.ts";
import { importRecord } from "../../client/patient/import.ts";
import { openWallet, saveWallet, writeNewWallet } from "../../client/patient/store.node.ts";
import {
  createWallet,
  sealRecovery,
  sealWallet,
  unsealWallet,
  type Wallet,
} from "../../client/patient/wallet.ts";
import { attestedFor, PASSPHRASE, QUICK, seededWallet } from "./support.ts";

const workFactor = QUICK;

async function walletWithRecord(): Promise<Wallet> {
  const wallet = seededWallet(1);
  const { attested, registry } = await attestedFor(wallet);
  return (await importRecord({ wallet, attested, registry })).wallet;
}

describe("a wallet file", () => {
  it("opens with its passphrase and holds everything that was saved", async () => {
    const wallet = await walletWithRecord();
    const bytes = await sealWallet({ wallet, passphrase: PASSPHRASE, workFactor });
    expect(await unsealWallet({ bytes, passphrase: PASSPHRASE })).toEqual(wallet);
  });

  it("treats a passphrase typed with composed or decomposed letters alike", async () => {
    const wallet = createWallet();
    const bytes = await sealWallet({ wallet, passphrase: "Grüße aus Köln", workFactor });
    const decomposed = "Grüße aus Köln".normalize("NFD");
    expect(await unsealWallet({ bytes, passphrase: decomposed })).toEqual(wallet);
  });

  it("refuses a wrong passphrase, saying so and nothing else", async () => {
    const wallet = await walletWithRecord();
    const bytes = await sealWallet({ wallet, passphrase: PASSPHRASE, workFactor });
    const refusal = await unsealWallet({ bytes, passphrase: "wrong horse battery" }).catch(
      (e) => e,
    );
    expect(refusal).toMatchObject({ code: "WrongPassphrase", details: {} });
    expect(String(refusal.stack)).not.toContain("wrong horse");
  });

  it("refuses a passphrase shorter than ten characters", async () => {
    const attempt = sealWallet({ wallet: createWallet(), passphrase: "123456789", workFactor });
    await expect(attempt).rejects.toMatchObject({ code: "WeakPassphrase" });
  });

  it("refuses files that are no wallet, damaged, or made to stall", async () => {
    const wallet = createWallet();
    const bytes = await sealWallet({ wallet, passphrase: PASSPHRASE, workFactor });
    const damaged = bytes.slice();
    damaged[damaged.length - 1]! ^= 1;
    const text = new TextDecoder("latin1").decode(bytes);
    const stalling = Buffer.from(text.replace(/^(.*\n-> scrypt \S+ )\d+/, "$130"), "latin1");
    const others = [new Uint8Array(), Buffer.from("{}"), damaged, stalling];
    for (const other of others) {
      const attempt = unsealWallet({ bytes: new Uint8Array(other), passphrase: PASSPHRASE });
      await expect(attempt).rejects.toMatchObject({ code: "NotAWallet" });
    }
  });

  it("refuses a wallet of the first protocol by name", async () => {
    const json = JSON.stringify({ format: "cohort-zero/wallet/1", seed: "0x00", records: [] });
    const bytes = await seal({
      bytes: new TextEncoder().encode(json),
      passphrase: PASSPHRASE,
      workFactor,
    });
    const attempt = unsealWallet({ bytes, passphrase: PASSPHRASE });
    await expect(attempt).rejects.toMatchObject({
      code: "FirstProtocol",
      message: expect.stringContaining("first protocol"),
    });
  });

  it("shows nothing of its content in raw storage", async () => {
    const wallet = await walletWithRecord();
    const folder = await mkdtemp(join(tmpdir(), "cohort-wallet-"));
    const path = join(folder, "wallet.age");
    await writeNewWallet({ path, wallet, passphrase: PASSPHRASE, workFactor });
    const raw = (await readFile(path)).toString("latin1");
    const [entry] = wallet.records;
    const secrets = [
      Buffer.from(wallet.seed).toString("hex"),
      entry!.record.blinding.toString(),
      entry!.record.facts[0]!.toString(),
      entry!.commitment.toString(),
      entry!.idTagSalt!,
      "cohort-zero",
    ];
    for (const secret of secrets) expect(raw.includes(secret)).toBe(false);
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect(await readdir(folder)).toEqual(["wallet.age"]);
  });

  it("is never overwritten by a new one, and is replaced whole by a save", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cohort-wallet-"));
    const file = { path: join(folder, "wallet.age"), passphrase: PASSPHRASE };
    await expect(openWallet(file)).rejects.toMatchObject({ code: "NoWallet" });
    const first = seededWallet(1);
    await writeNewWallet({ ...file, wallet: first, workFactor });
    const again = writeNewWallet({ ...file, wallet: seededWallet(2), workFactor });
    await expect(again).rejects.toMatchObject({ code: "WalletExists" });
    // What a save that was killed leaves behind does no harm.
    await writeFile(join(folder, ".wallet.age.1.tmp"), "half");
    expect(await openWallet(file)).toEqual(first);
    await saveWallet({ ...file, wallet: seededWallet(3), workFactor });
    expect((await openWallet(file)).seed).toEqual(seededWallet(3).seed);
  });

  it("is the same format as a recovery file, which costs an attacker four times as much", async () => {
    const wallet = seededWallet(4);
    const bytes = await sealRecovery({ wallet, passphrase: PASSPHRASE });
    const usual = await sealWallet({ wallet, passphrase: PASSPHRASE });
    const head = (file: Uint8Array) => new TextDecoder("latin1").decode(file.slice(0, 100));
    expect(head(bytes)).toMatch(/^age-encryption.org\/v1\n-> scrypt \S+ 18\n/);
    expect(head(usual)).toMatch(/^age-encryption.org\/v1\n-> scrypt \S+ 16\n/);
  });
});
