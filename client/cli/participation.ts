// `cohort patient`, what a patient decides: be screened, consent, arrive, withdraw.
import type { Command } from "commander";
import { GIVEN_BY, type GivenBy } from "../../circuits/statement/consent.ts";
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
import { downloadTrial, placeOf, type ReviewedTrial, reviewTrial } from "../patient/review.ts";
import { proveScreening, submitScreening } from "../patient/screen.ts";
import { withdrawByCode } from "../patient/status.ts";
import { saveWallet, writeAtomically } from "../patient/store.node.ts";
import { wholeIn } from "./argument.ts";
import { contextOf, withExamples } from "./context.ts";
import { readJson } from "./file.ts";
import { InputError, print } from "./output.ts";
import { look, open, type TrialFlags, trialCommand } from "./patient.ts";
import { confirm, readSecret } from "./secret.ts";
import { renderForm } from "./standing.ts";

const CONSENT_YEARS = 2;

/** Adds the commands with which a patient acts. */
export function addParticipationCommands(patient: Command): void {
  trialCommand(patient, {
    name: "screen",
    text: "prove that you are eligible, under a fresh pseudonym; again after an amendment",
    example: "CZ-T2D-001",
  }).action(screen);
  trialCommand(patient, {
    name: "consent",
    text: "consent to the form in force, or change a consent",
    example: "CZ-T2D-001 --site 1 --permit futureResearch",
  })
    .requiredOption("--site <id>", "the site you choose")
    .option("--permit <names...>", "permissions to give beside the required ones")
    .option("--years <n>", "how long the consent lasts", String(CONSENT_YEARS))
    .option("--given-by <who>", `who consents: ${Object.keys(GIVEN_BY).join(", ")}`, "self")
    .option("--yes", "you have read the form (patient form shows it) and agree to it")
    .action(consent);
  trialCommand(patient, {
    name: "withdraw",
    text: "withdraw, at any time",
    example: "CZ-T2D-001",
  }).action(withdraw);
  withExamples(
    patient
      .command("withdraw-by-code <protocol> [code]")
      .description("withdraw with the printed code (or COHORT_WITHDRAWAL_CODE), without a wallet")
      .action(withdrawWithCode),
    "patient withdraw-by-code CZ-T2D-001",
    "patient withdraw-by-code CZ-T2D-001 3Z0S-XTER-W1A6-NJRK-729E-GSP4-ARY",
  );
  trialCommand(patient, {
    name: "arrive",
    text: "answer a site's challenge; the answer goes to the site only",
    example: "CZ-T2D-001 --challenge challenge.json --document 'P X12345' --out answer.json",
  })
    .requiredOption("--challenge <file>", "the site's challenge")
    .requiredOption("--document <text>", "text of your identity document, as the clinic saw it")
    .requiredOption("--out <file>", "where to write the answer")
    .option("--successor", "this wallet succeeds a lost one")
    .action(arrive);
}

async function withdrawWithCode(
  protocolNumber: string,
  code: string | undefined,
  _flags: object,
  command: Command,
): Promise<void> {
  const { api: connectApi, json, progress } = contextOf(command);
  const api = connectApi();
  const printed = code ?? (await readSecret("COHORT_WITHDRAWAL_CODE", "Withdrawal code"));
  progress.step("Withdrawing...");
  const trial = await api.trial(protocolNumber);
  await api.settle(await withdrawByCode({ api, trial, printed }));
  progress.end();
  print(json, { withdrawn: protocolNumber }, `Withdrawn from ${protocolNumber}.`);
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

type ConsentFlags = TrialFlags & {
  site: string;
  permit?: string[];
  years: string;
  givenBy: string;
  yes?: boolean;
};

async function consent(
  protocolNumber: string,
  flags: ConsentFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const siteId = wholeIn(flags.site, "--site");
  const years = yearsOf(flags.years);
  const givenBy = giverOf(flags.givenBy);
  const extra = (flags.permit ?? []).map(permissionOf);
  const opened = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const { version } = reviewed;
  const now = downloads.deployment.chainTime;
  const permissions = [...new Set([...permissionsOf(version.terms.requiredPermissions), ...extra])];
  if (!flags.yes) await agree(reviewed);
  context.progress.step("Proving that you are one of those screened...");
  const validUntil = BigInt(now + Math.round(years * 365.25 * 86_400));
  const proven = await proveConsent({
    wallet: opened.wallet,
    place: reviewed,
    state: downloads.state,
    artifacts: localArtifacts(),
    now,
    version,
    grant: { permissions, siteId, validUntil, givenBy },
  });
  await saveWallet({ ...opened, wallet: proven.wallet });
  context.progress.step("Sending...");
  await context.api().settle(await submitConsent(context.api(), proven.input));
  context.progress.end();
  print(
    context.json,
    { consented: protocolNumber, siteId, permissions, withdrawalCode: proven.withdrawalCode },
    `Consented to ${protocolNumber}, form version ${version.terms.consentFormVersion}: ${permissions.join(", ")}.\nPrint this withdrawal code and keep it apart from the wallet: ${proven.withdrawalCode}`,
  );
}

/** Shows the form and asks. Throws InputError without an answer of yes. */
async function agree(reviewed: ReviewedTrial): Promise<void> {
  if (process.stdin.isTTY === true) process.stderr.write(`${renderForm(reviewed)}\n\n`);
  const isAgreed = await confirm("Consent means that you have read the form and agree.", "--yes");
  if (!isAgreed) throw new InputError("No consent was given; nothing was sent.");
}

function yearsOf(text: string): number {
  const years = Number(text);
  if (years > 0 && years <= 50) return years;
  throw new InputError(`--years ${text}: more than 0 and at most 50`);
}

function giverOf(text: string): GivenBy {
  if (Object.hasOwn(GIVEN_BY, text)) return text as GivenBy;
  throw new InputError(`--given-by ${text}: one of ${Object.keys(GIVEN_BY).join(", ")}`);
}

function permissionOf(name: string): Permission {
  if (Object.hasOwn(PERMISSIONS, name)) return name as Permission;
  throw new InputError(
    `--permit ${name}: no such permission; there are ${Object.keys(PERMISSIONS).join(", ")}`,
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
  context.progress.step("Proving that the pseudonym is yours...");
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
  const challenge = parseChallenge(readJson(flags.challenge));
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
    challenge,
    document: flags.document,
    artifacts: localArtifacts(),
    now: deployment.chainTime,
    asOfDay: await context.today(),
  });
  context.progress.end();
  const text = new TextEncoder().encode(writeAnswer(answer));
  await writeAtomically(flags.out, text);
  print(context.json, { answer: flags.out }, `Give ${flags.out} to the site, and to nobody else.`);
}
