// `cohort patient`, where a patient acts: be screened, arrive, withdraw. Consents are in consenting.ts.
import type { Command } from "commander";
import { localArtifacts } from "../artifacts/artifacts.node.ts";
import { parseChallenge, writeAnswer } from "../desk/arrival.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { proveArrival } from "../patient/arrival.ts";
import { proveWithdrawal, submitWithdrawal } from "../patient/consent.ts";
import {
  isTaken,
  MOST_ATTEMPTS,
  type PartPhase,
  proveScreening,
  submitScreening,
  withNextAttempt,
} from "../patient/screen.ts";
import { findSelf } from "../patient/self.ts";
import { withdrawByCode } from "../patient/status.ts";
import { waitingIn } from "../patient/waiting.ts";
import { withoutWaiting } from "../patient/wallet.ts";
import { downloadTrial, placeOf } from "../trial/review.ts";
import { protocolIn } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { withExamples } from "./options.ts";
import { print } from "./output.ts";
import { look } from "./patient.ts";
import { review } from "./reviewing.ts";
import { readSecret } from "./secret.ts";
import {
  bringUpToDate,
  keep,
  type Opened,
  open,
  type RelayerFlag,
  senderOf,
  type TrialFlags,
  trialCommand,
  withRelayer,
} from "./wallet.ts";

/** Adds the commands with which a patient acts. */
export function addCommands(patient: Command): void {
  withRelayer(
    trialCommand(patient, {
      name: "screen",
      text: "prove that you are eligible, under a fresh pseudonym; again after an amendment",
      example: "CZ-T2D-001",
    }),
  ).action(screen);
  withRelayer(
    trialCommand(patient, {
      name: "withdraw",
      text: "withdraw, at any time; a consent that is still waiting is dropped",
      example: "CZ-T2D-001",
    }),
  ).action(withdraw);
  withExamples(
    patient
      .command("withdraw-by-code")
      .argument("<protocol>", "the trial's protocol number", protocolIn)
      .argument("[code]", "the printed code")
      .description("withdraw with the printed code (or COHORT_WITHDRAWAL_CODE), without a wallet")
      .action(withdrawWithCode),
    "patient withdraw-by-code CZ-T2D-001",
    "patient withdraw-by-code CZ-T2D-001 3Z0S-XTER-W1A6-NJRK-729E-GSP4-ARY",
  );
  trialCommand(patient, {
    name: "withdrawal-code",
    text: "show the code that ends your participation without the wallet; print it",
    example: "CZ-T2D-001",
  }).action(showCode);
  trialCommand(patient, {
    name: "arrive",
    text: "answer a site's challenge, to arrive or to take a lost wallet's place; the answer goes to the site only",
    example: "CZ-T2D-001 --challenge challenge.json --document 'P X12345' --out answer.json",
  })
    .requiredOption("--challenge <file>", "the site's challenge")
    .requiredOption("--document <text>", "text of your identity document, as the clinic saw it")
    .requiredOption("--out <file>", "where to write the answer")
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

async function screen(
  protocolNumber: string,
  flags: TrialFlags & RelayerFlag,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  let opened = await open(flags);
  const sender = await senderOf(context, opened.wallet, flags);
  for (let attempt = 1; ; attempt++) {
    const looked = await look(context, protocolNumber, opened, flags);
    const { reviewed, check, artifacts, notes } = looked;
    const { wallet } = looked.opened;
    const { state } = looked.downloads;
    const onPhase = showingPhases(context);
    const proven = await proveScreening({ wallet, reviewed, state, check, artifacts, onPhase });
    // Saved first: should the answer be lost, the same commitment is sent again.
    opened = await keep(looked.opened, proven.wallet);
    context.progress.step("Sending...");
    try {
      const sent = await sender.settle(await submitScreening(sender, proven.input));
      context.progress.end();
      const { transactionHash: transaction } = sent;
      const next = `Next: cohort patient consent ${protocolNumber} --site <id>`;
      const text = [...notes, `Screened for ${protocolNumber}. ${next}`].join("\n");
      print(context.json, { screened: protocolNumber, transaction, notes }, text);
      return;
    } catch (error) {
      if (!isTaken(error) || attempt === MOST_ATTEMPTS) throw error;
      opened = await keep(opened, withNextAttempt(opened.wallet, reviewed));
      context.progress.step(
        "Somebody else screened your participant first: proving for another...",
      );
    }
  }
}

/** Says which part is being proven, where there are several. */
function showingPhases({ progress }: Context): (at: PartPhase) => void {
  return ({ phase, part, of }) => {
    const which = of > 1 ? `part ${part + 1} of ${of}, ` : "";
    progress.step(`Proving: ${which}${phase}...`);
  };
}

async function withdraw(
  protocolNumber: string,
  flags: TrialFlags & RelayerFlag,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const opened = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const place = placeOf(downloads);
  const { state, deployment } = downloads;
  const self = await findSelf({ wallet: opened.wallet, place, state });
  const entry = waitingIn(opened.wallet, self.participation);
  if (self.participant === undefined && entry !== undefined) {
    await dropWaiting({ context, opened, protocolNumber, isSent: entry.sent !== null });
    return;
  }
  const sender = await senderOf(context, opened.wallet, flags);
  context.progress.step("Proving that the pseudonym is yours...");
  const proven = await proveWithdrawal({
    wallet: withoutWaiting(opened.wallet, self.participation),
    place,
    state,
    artifacts: localArtifacts(),
    now: deployment.chainTime,
  });
  await keep(opened, proven.wallet);
  await sender.settle(await submitWithdrawal(sender, proven.input));
  context.progress.end();
  print(context.json, { withdrawn: protocolNumber }, `Withdrawn from ${protocolNumber}.`);
}

/** A consent that never left this device is taken back by forgetting it. */
async function dropWaiting(of: {
  context: Context;
  opened: Opened;
  protocolNumber: string;
  isSent: boolean;
}): Promise<void> {
  const { context, opened, protocolNumber, isSent } = of;
  const waiting = opened.wallet.waiting.filter((one) => one.protocolNumber !== protocolNumber);
  await keep(opened, { ...opened.wallet, waiting });
  const text = isSent
    ? `The consent for ${protocolNumber} was on its way and is not sent again. Should patient status show it later, withdraw once more.`
    : `The consent for ${protocolNumber} was still waiting on this device and is dropped: nothing was sent.`;
  print(context.json, { dropped: protocolNumber, wasSent: isSent }, text);
}

async function showCode(
  protocolNumber: string,
  flags: TrialFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const { withdrawal } = await findSelf({
    wallet,
    place: placeOf(downloads),
    state: downloads.state,
  });
  const { printed: withdrawalCode } = withdrawal;
  print(
    context.json,
    { protocolNumber, withdrawalCode },
    `Withdrawal code for ${protocolNumber}: ${withdrawalCode}\nWhoever has it can withdraw you, and until you have arrived a new wallet needs it to take this one's place. Keep it apart from the wallet.`,
  );
}

type ArriveFlags = TrialFlags & { challenge: string; document: string; out: string };

async function arrive(protocolNumber: string, flags: ArriveFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const challenge = parseChallenge(readJson(flags.challenge));
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const { state, registry, deployment } = downloads;
  const { opened, notes } = await bringUpToDate(context, await open(flags), registry);
  const reviewed = await review(context, flags, downloads);
  context.progress.step("Proving for the site...");
  const answer = await proveArrival({
    wallet: opened.wallet,
    reviewed,
    state,
    registry,
    challenge,
    document: flags.document,
    artifacts: localArtifacts(),
    now: deployment.chainTime,
    asOfDay: await context.today(),
    onPhase: showingPhases(context),
  });
  context.progress.end();
  const text = new TextEncoder().encode(writeAnswer(answer));
  await writeAtomically(flags.out, text);
  const isSuccessor = challenge.succeeds !== null;
  const code = isSuccessor
    ? " Before an arrival the site also needs the lost wallet's printed code."
    : "";
  print(
    context.json,
    { answer: flags.out, isSuccessor, notes },
    [...notes, `Give ${flags.out} to the site, and to nobody else.${code}`].join("\n"),
  );
}
