// `cohort patient guardians` and `recover`: the wallet's seed shared among people one trusts, and brought back by them.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { ServerUnavailable } from "../api/unavailable.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { type BroughtShare, recoverWallet, shareSeed } from "../patient/guardians.ts";
import { foundIn } from "../patient/guardiansDiary.ts";
import { guardianOf, isOpened, openShare, sealShare } from "../patient/guardiansFile.ts";
import { writeNewWallet } from "../patient/store.node.ts";
import { type Wallet, withParticipation } from "../patient/wallet.ts";
import { placeOf } from "../trial/review.ts";
import { wholeIn } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { readNewSecret, readSecret } from "./secret.ts";
import { keep, open, type WalletFlag, walletCommand } from "./wallet.ts";

const SHARE_SECRETS =
  "\nWhat opens each share is asked for, or read from COHORT_SHARE_1, COHORT_SHARE_2, ...: a guardian's passphrase or age key.";

/** Adds the commands about guardians. */
export function addCommands(patient: Command): void {
  withExamples(
    walletCommand(
      patient,
      "guardians [folder]",
      "share the wallet's seed among people you trust, a file for each; without a folder: what was shared last",
    )
      .option("--of <n>", "how many guardians", "3")
      .option("--needed <n>", "how many of them bring the wallet back", "2")
      .addHelpText("after", SHARE_SECRETS)
      .action(guardians),
    "patient guardians shares/",
    "patient guardians shares/ --of 5 --needed 3",
    "patient guardians",
  );
  withExamples(
    walletCommand(
      patient,
      "recover <shares...>",
      "bring a lost wallet back from guardians' shares, into a new file",
    )
      .option("--code <digits>", "the check code that was printed when the shares were made")
      .addHelpText("after", SHARE_SECRETS)
      .action(recover),
    "patient recover share-1.age share-3.age --wallet ann.age",
  );
}

type SharingFlags = WalletFlag & { of: string; needed: string };

async function guardians(
  folder: string | undefined,
  flags: SharingFlags,
  command: Command,
): Promise<void> {
  const { json } = contextOf(command);
  const opened = await open(flags);
  if (folder === undefined) {
    const known = opened.wallet.guardians;
    print(json, known ?? null, known ? sharedWords(known) : "No guardians have shares yet.");
    return;
  }
  const [of, needed] = [wholeIn(flags.of, "--of"), wholeIn(flags.needed, "--needed")];
  const shared = await shareSeed({ seed: opened.wallet.seed, needed, of });
  const files = shared.shares.map(({ number }) => join(folder, `share-${number}.age`));
  for (const file of files) {
    if (existsSync(file)) throw new InputError(`${file}: exists already; choose another folder`);
  }
  const sealed: Uint8Array[] = [];
  for (const share of shared.shares) {
    const prompt = `Guardian ${share.number}: their passphrase, or their age key (age1...)`;
    const secret = await readNewSecret(secretOf(share.number), prompt);
    sealed.push(await sealShare({ share, guardian: guardianOf(secret) }));
  }
  mkdirSync(folder, { recursive: true });
  for (const [i, bytes] of sealed.entries()) await writeAtomically(files[i]!, bytes);
  const known = { code: shared.code, needed, of };
  await keep(opened, { ...opened.wallet, guardians: known });
  const text = `${files.join("\n")}\n${sharedWords(known)}\nGive each guardian one file, and keep the check code apart from them. Shares that were made before go on working.`;
  print(json, { ...known, files }, text);
}

const secretOf = (number: number) => `COHORT_SHARE_${number}`;

function sharedWords({ code, needed, of }: NonNullable<Wallet["guardians"]>): string {
  return `Shared among ${of} guardians: any ${needed} of them bring the wallet back, fewer learn nothing.\nCheck code: ${code}`;
}

async function recover(
  files: readonly string[],
  flags: WalletFlag & { code?: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const shares: BroughtShare[] = [];
  for (const [i, file] of files.entries()) {
    const bytes = new Uint8Array(readFileSync(file));
    const name = basename(file);
    const prompt = `What opens ${name}: its guardian's passphrase or age key`;
    const secret = isOpened(bytes) ? "" : await readSecret(secretOf(i + 1), prompt);
    shares.push({ name, share: await openShare({ bytes, secret }) });
  }
  const recovered = await recoverWallet({ shares, code: flags.code });
  const { wallet, notes } = await withParticipations(context, recovered.wallet);
  const passphrase = await readNewSecret("COHORT_PASSPHRASE", "New passphrase");
  await writeNewWallet({ path: flags.wallet, passphrase, wallet });
  const { code, leftAside } = recovered;
  const trials = wallet.participations.map(({ protocolNumber }) => protocolNumber);
  const lines = [
    `The wallet is back, in ${flags.wallet}. Check code of its shares: ${code}`,
    ...(leftAside.length > 0
      ? [`Left aside, false or of another set: ${leftAside.join(", ")}`]
      : []),
    ...notes,
    ...(trials.length > 0 ? [`You take or took part in: ${trials.join(", ")}`] : []),
    "Ask your clinic for your record again, and make a recovery file (patient backup).",
  ];
  const data = { wallet: flags.wallet, code, leftAside, trials, notes };
  print(context.json, data, lines.join("\n"));
}

/** With the participations that public state has of it. Without a server they are found later. */
async function withParticipations(context: Context, recovered: Wallet) {
  let wallet = recovered;
  try {
    const api = context.api();
    context.progress.step("Looking through all trials...");
    const [deployment, trials] = await Promise.all([api.deployment(), api.trials()]);
    for (const trial of trials) {
      const state = await api.publicState(trial.trialId);
      const place = placeOf({ deployment, trial });
      const participation = await foundIn({ wallet, place, state });
      if (participation !== undefined) wallet = withParticipation(wallet, participation);
    }
    return { wallet, notes: [] };
  } catch (error) {
    if (!(error instanceof ServerUnavailable || error instanceof InputError)) throw error;
    const note =
      "No server could be asked for your participations: patient status PROTOCOL finds each of them.";
    return { wallet, notes: [note] };
  } finally {
    context.progress.end();
  }
}
