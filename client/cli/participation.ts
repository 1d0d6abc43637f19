// `cohort patient`, what a patient decides: be screened, consent, arrive, withdraw.
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { PERMISSIONS, type Permission } from "../../circuits/statement/trial.ts";
import { parseChallenge, writeAnswer } from "../arrival.ts";
import { proveArrival, proveIdentity } from "../patient/arrival.ts";
import { localArtifacts } from "../patient/artifacts.node.ts";
import {
  permissionsOf,
  proveConsent,
  proveWithdrawal,
  submitConsent,
  submitWithdrawal,
} from "../patient/consent.ts";
import { downloadTrial, placeOf, reviewTrial } from "../patient/review.ts";
import { proveScreening, submitScreening } from "../patient/screen.ts";
import { withdrawByCode } from "../patient/status.ts";
import { saveWallet } from "../patient/store.node.ts";
import { contextOf, readJson } from "./context.ts";
import { InputError, print } from "./output.ts";
import { look, open, type TrialFlags, trialCommand } from "./patient.ts";

const CONSENT_YEARS = 2;

/** Adds the commands with which a patient acts. */
export function addParticipationCommands(patient: Command): void {
  trialCommand(patient, "screen", "prove that you are eligible, under a fresh pseudonym").action(
    screen,
  );
  trialCommand(patient, "consent", "consent to the form in force, or change a consent")
    .requiredOption("--site <id>", "the site you choose")
    .option("--permit <names...>", "permissions to give beside the required ones")
    .option("--years <n>", "how long the consent lasts", String(CONSENT_YEARS))
    .action(consent);
  trialCommand(patient, "withdraw", "withdraw, at any time").action(withdraw);
  patient
    .command("withdraw-by-code <protocol> <code>")
    .description("withdraw with the printed code, without a wallet")
    .action(async (protocolNumber: string, printed: string, _flags, command: Command) => {
      const context = contextOf(command);
      const api = context.api();
      const trial = await api.trial(protocolNumber);
      await api.settle(await withdrawByCode({ api, trial, printed }));
      print(context.json, { withdrawn: protocolNumber }, `Withdrawn from ${protocolNumber}.`);
    });
  trialCommand(patient, "arrive", "answer a site's challenge; the answer goes to the site only")
    .requiredOption("--challenge <file>", "the site's challenge")
    .requiredOption("--document <text>", "text of your identity document, as the clinic saw it")
    .requiredOption("--out <file>", "where to write the answer")
    .option("--successor", "this wallet succeeds a lost one")
    .action(arrive);
}

async function screen(protocolNumber: string, flags: TrialFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const opened = await open(flags);
  const { wallet } = opened;
  const looked = await look(context, protocolNumber, wallet, flags.documentKey);
  const { downloads, reviewed, artifacts, check: found } = looked;
  const proven = await proveScreening({
    wallet,
    reviewed,
    state: downloads.state,
    check: found,
    artifacts,
    onPhase: (phase) => context.progress.step(`Proving: ${phase}...`),
  });
  // Saved first: should the answer be lost, the same commitment is sent again.
  await saveWallet({ ...opened, wallet: proven.wallet });
  context.progress.step("Sending...");
  const sent = await context.api().settle(await submitScreening(context.api(), proven.input));
  context.progress.end();
  print(
    context.json,
    { screened: protocolNumber, transaction: sent.transactionHash },
    `Screened for ${protocolNumber}. Next: cohort patient consent ${protocolNumber} --site <id>`,
  );
}

type ConsentFlags = TrialFlags & { site: string; permit?: string[]; years: string };

async function consent(
  protocolNumber: string,
  flags: ConsentFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const opened = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const { version } = reviewed;
  const now = downloads.deployment.chainTime;
  const extra = (flags.permit ?? []).map(permissionOf);
  const permissions = [...new Set([...permissionsOf(version.terms.requiredPermissions), ...extra])];
  const years = Number(flags.years);
  if (!(years > 0 && years <= 50)) throw new InputError(`--years ${flags.years}: 1 to 50`);
  context.progress.step("Proving that you are one of those screened...");
  const proven = await proveConsent({
    wallet: opened.wallet,
    place: reviewed,
    state: downloads.state,
    artifacts: localArtifacts(),
    now,
    version,
    grant: {
      permissions,
      siteId: Number(flags.site),
      validUntil: BigInt(now + Math.round(years * 365.25 * 86_400)),
      givenBy: "self",
    },
  });
  await saveWallet({ ...opened, wallet: proven.wallet });
  context.progress.step("Sending...");
  await context.api().settle(await submitConsent(context.api(), proven.input));
  context.progress.end();
  print(
    context.json,
    { consented: protocolNumber, permissions, withdrawalCode: proven.withdrawalCode },
    `Consented to ${protocolNumber}, form version ${version.terms.consentFormVersion}: ${permissions.join(", ")}.\nPrint this withdrawal code and keep it apart from the wallet: ${proven.withdrawalCode}`,
  );
}

function permissionOf(name: string): Permission {
  if (Object.hasOwn(PERMISSIONS, name)) return name as Permission;
  throw new InputError(
    `${name} is no permission; there are ${Object.keys(PERMISSIONS).join(", ")}`,
  );
}

async function withdraw(
  protocolNumber: string,
  flags: TrialFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const opened = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  context.progress.step("Proving...");
  const proven = await proveWithdrawal({
    wallet: opened.wallet,
    place: placeOf(downloads),
    state: downloads.state,
    artifacts: localArtifacts(),
    now: downloads.deployment.chainTime,
  });
  await saveWallet({ ...opened, wallet: proven.wallet });
  await context.api().settle(await submitWithdrawal(context.api(), proven.input));
  context.progress.end();
  print(context.json, { withdrawn: protocolNumber }, `Withdrawn from ${protocolNumber}.`);
}

type ArriveFlags = TrialFlags & {
  challenge: string;
  document: string;
  out: string;
  successor?: boolean;
};

async function arrive(protocolNumber: string, flags: ArriveFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const { state, registry, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  context.progress.step("Proving for the site...");
  const answer = await (flags.successor ? proveIdentity : proveArrival)({
    wallet,
    reviewed,
    state,
    registry,
    challenge: parseChallenge(readJson(flags.challenge)),
    document: flags.document,
    artifacts: localArtifacts(),
    now: deployment.chainTime,
    asOfDay: await context.today(),
  });
  context.progress.end();
  writeFileSync(flags.out, writeAnswer(answer), { mode: 0o600 });
  print(context.json, { answer: flags.out }, `Show ${flags.out} to the site.`);
}
