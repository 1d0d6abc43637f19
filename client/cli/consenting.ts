// `cohort patient consent` and `send`: a consent waits on this device until others could have sent it too, and is signed
// and sent when its time has come.
import type { Command } from "commander";
import { GIVEN_BY, type GivenBy } from "../../circuits/statement/trial/consent.ts";
import { languageMark } from "../../circuits/statement/trial/formLanguages.ts";
import { RELATION_NAMES } from "../../circuits/statement/trial/representation.ts";
import { PERMISSIONS, type Permission } from "../../circuits/statement/trial/trial.ts";
import { localArtifacts } from "../artifacts/artifacts.node.ts";
import { type Grant, permissionsOf, proveConsent, submitConsent } from "../patient/consent.ts";
import { dueOf, priceOfNow, proveWaiting, queueConsent } from "../patient/waiting.ts";
import { type WaitingConsent, withoutWaiting } from "../patient/wallet.ts";
import { type Downloads, downloadTrial, type ReviewedTrial } from "../trial/review.ts";
import { protocolIn, wholeIn } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { askRepresentative, type MandateFlags, withMandate } from "./representing.ts";
import { review } from "./reviewing.ts";
import { confirm } from "./secret.ts";
import { formLanguage, renderForm } from "./standing.ts";
import {
  keep,
  type Opened,
  open,
  type RelayerFlag,
  senderOf,
  type TrialFlags,
  timeWords,
  trialCommand,
  type WalletFlag,
  walletCommand,
  withRelayer,
} from "./wallet.ts";

const CONSENT_YEARS = 2;
const MOST_YEARS = 50;

/** Adds the commands about consents. */
export function addCommands(patient: Command): void {
  withRelayer(
    trialCommand(patient, {
      name: "consent",
      text: "consent to the form in force, or change a consent; it waits until others could have sent it too",
      example: "CZ-T2D-001 --site 1 --permit futureResearch",
    }),
  )
    .requiredOption("--site <id>", "the site you choose")
    .option("--permit <names...>", "permissions to give besides the required ones")
    .option("--years <n>", "how many calendar years the consent lasts", String(CONSENT_YEARS))
    .option("--given-by <who>", `who consents: ${Object.keys(GIVEN_BY).join(", ")}`, "self")
    .option("--relation <name>", `what a representative is: ${RELATION_NAMES.join(", ")}`)
    .option("--ask <file>", "write the request for a representative to sign, and stop")
    .option("--signed <file>", "what the representative signed (patient represent)")
    .option("--language <tag>", "the language in which you read the form, where it has several")
    .option("--yes", "you have read the form (patient form shows it) and agree to it")
    .option("--now", "send it at once, even if it may be matched with your screening")
    .action(consent);
  withExamples(
    withRelayer(walletCommand(patient, "send", "send the consents whose time has come"))
      .argument("[protocol]", "only for this trial")
      .option("--now", "send them even though their time has not come")
      .action(send),
    "patient send",
    "patient send CZ-T2D-001 --now",
  );
}

type ConsentFlags = TrialFlags &
  RelayerFlag & {
    site: string;
    permit?: string[];
    years: string;
    givenBy: string;
    language?: string;
    yes?: boolean;
    now?: boolean;
  } & MandateFlags;

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
  const reviewed = await review(context, flags, downloads);
  const { requiredPermissions } = reviewed.version.terms;
  const permissions = [...new Set([...permissionsOf(requiredPermissions), ...extra])];
  const language = formLanguage(reviewed, flags.language);
  const readIn = languageMark(reviewed.document.trial.consentForm, language);
  const own = { permissions, siteId, years, givenBy, ...(readIn !== 0 && { readIn }) };
  const asking = { opened, flags, downloads, reviewed, grant: own };
  if (flags.ask !== undefined) return await askRepresentative(context, asking);
  if (!flags.yes) await agree(reviewed, language);
  const grant = await withMandate(asking);
  const { state, deployment } = downloads;
  const now = deployment.chainTime;
  const queued = await queueConsent({ wallet: opened.wallet, reviewed, state, grant, now });
  const { entry, withdrawalCode } = queued;
  const code = `Print this withdrawal code and keep it apart from the wallet: ${withdrawalCode}`;
  const data = { siteId, permissions, withdrawalCode };
  const given = `form version ${reviewed.version.terms.consentFormVersion}: ${permissions.join(", ")}`;
  if (entry !== undefined && !flags.now) {
    const kept = await keep(opened, queued.wallet);
    const due = await dueOf({ wallet: kept.wallet, entry, downloads });
    const others = due.act === "wait" || due.act === "send" ? due.others : 0;
    const { waitForOthers } = kept.wallet.settings;
    const { notBefore, latest } = entry;
    print(
      context.json,
      { waiting: protocolNumber, ...data, notBefore, latest, others },
      `Your consent to ${protocolNumber} waits on this device (${given}). It goes out after ${timeWords(notBefore)}, once ${waitForOthers} others could have sent it (${others} now), and at the latest after ${timeWords(latest)}: run cohort patient send then, or keep the wallet's page open.\n${priceOfNow(others)} If that is all right: cohort patient send ${protocolNumber} --now\n${code}`,
    );
    return;
  }
  context.progress.step("Proving that you are one of those screened...");
  await sendAtOnce({ context, opened, flags, downloads, reviewed, grant });
  context.progress.end();
  const done = `Consented to ${protocolNumber}, ${given}.\n${code}`;
  print(context.json, { consented: protocolNumber, ...data }, done);
}

/** Sends a consent that need not wait, or that its giver wants sent now. */
async function sendAtOnce(of: {
  context: Context;
  opened: Opened;
  flags: RelayerFlag;
  downloads: Downloads;
  reviewed: ReviewedTrial;
  grant: Grant;
}): Promise<void> {
  const { context, opened, flags, downloads, reviewed, grant } = of;
  const sender = await senderOf(context, opened.wallet, flags);
  const proven = await proveConsent({
    wallet: withoutWaiting(opened.wallet, { ...reviewed, trialId: reviewed.trial.trialId }),
    place: reviewed,
    state: downloads.state,
    artifacts: localArtifacts(),
    now: downloads.deployment.chainTime,
    version: reviewed.version,
    grant,
  });
  await keep(opened, proven.wallet);
  context.progress.step("Sending...");
  await sender.settle(await submitConsent(sender, proven.input));
}

type SendFlags = WalletFlag & RelayerFlag & { now?: boolean };

async function send(typed: string | undefined, flags: SendFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const protocolNumber = typed === undefined ? undefined : protocolIn(typed);
  const opened = await open(flags);
  const isMeant = (entry: WaitingConsent) =>
    protocolNumber === undefined || entry.protocolNumber === protocolNumber;
  if (!opened.wallet.waiting.some(isMeant)) {
    throw new InputError(`No consent is waiting${typed === undefined ? "" : ` for ${typed}`}.`);
  }
  const { report } = await sendDue({ context, opened, flags, isMeant });
  print(context.json, report.data, report.lines.join("\n"));
}

type Sent = {
  readonly protocolNumber: string;
  readonly outcome: string;
  readonly [key: string]: unknown;
};
type SendReport = { readonly data: readonly Sent[]; readonly lines: readonly string[] };

/** Sends the consents whose time has come, one after another; says what became of each. */
export async function sendDue(of: {
  context: Context;
  opened: Opened;
  flags: RelayerFlag & { now?: boolean };
  isMeant?: (entry: WaitingConsent) => boolean;
}): Promise<{ opened: Opened; report: SendReport }> {
  const { context, flags, isMeant = () => true } = of;
  let { opened } = of;
  const data: Sent[] = [];
  const lines: string[] = [];
  for (const entry of opened.wallet.waiting.filter(isMeant)) {
    const one = await sendOne({ context, opened, flags, entry });
    opened = one.opened;
    data.push(one.sent);
    lines.push(`${entry.protocolNumber}: ${one.words}`);
  }
  context.progress.end();
  return { opened, report: { data, lines } };
}

async function sendOne(of: {
  context: Context;
  opened: Opened;
  flags: RelayerFlag & { now?: boolean };
  entry: WaitingConsent;
}): Promise<{ opened: Opened; sent: Sent; words: string }> {
  const { context, opened, flags, entry } = of;
  const { protocolNumber } = entry;
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const isAsked = flags.now === true;
  const due = await dueOf({ wallet: opened.wallet, entry, downloads, isAsked });
  if (due.act === "stuck") {
    const { code, message } = due.refusal;
    const next = due.isForNow ? "it keeps waiting" : "read the form again, and consent or withdraw";
    return {
      opened,
      sent: { protocolNumber, outcome: "stuck", code, message },
      words: `not sent (${message}): ${next}`,
    };
  }
  if (due.act === "done") {
    const kept = await keep(opened, due.wallet);
    return { opened: kept, sent: { protocolNumber, outcome: "sent" }, words: "it is on the chain" };
  }
  if (due.act === "wait") {
    const kept = due.wallet === opened.wallet ? opened : await keep(opened, due.wallet);
    const { notBefore, latest } =
      kept.wallet.waiting.find((one) => one.protocolNumber === protocolNumber) ?? entry;
    const { others } = due;
    return {
      opened: kept,
      sent: { protocolNumber, outcome: "waiting", others, notBefore, latest },
      words: `it waits: ${others} others could have sent it now; it goes out after ${timeWords(notBefore)} if enough are there, at the latest after ${timeWords(latest)}. ${priceOfNow(others)}`,
    };
  }
  const sender = await senderOf(context, opened.wallet, flags);
  context.progress.step(`${protocolNumber}: proving that you are one of those screened...`);
  const proven = await proveWaiting({
    wallet: opened.wallet,
    entry,
    version: due.version,
    downloads,
    artifacts: localArtifacts(),
  });
  const signed = await keep(opened, proven.wallet);
  context.progress.step(`${protocolNumber}: sending...`);
  await sender.settle(await submitConsent(sender, proven.input));
  const kept = await keep(signed, withoutWaiting(signed.wallet, entry));
  return {
    opened: kept,
    sent: { protocolNumber, outcome: "sent" },
    words: "your consent was sent",
  };
}

/** Shows the form and asks. Throws InputError without an answer of yes. */
async function agree(reviewed: ReviewedTrial, language: string): Promise<void> {
  const form = renderForm(reviewed, language);
  if (process.stdin.isTTY === true) process.stderr.write(`${form}\n\n`);
  const isAgreed = await confirm("Consent means that you have read the form and agree.", "--yes");
  if (!isAgreed) throw new InputError("No consent was given; nothing was sent.");
}

function yearsOf(text: string): number {
  const years = wholeIn(text, "--years");
  if (years <= MOST_YEARS) return years;
  throw new InputError(`--years ${text}: at most ${MOST_YEARS}`);
}

function giverOf(text: string): GivenBy {
  if (Object.hasOwn(GIVEN_BY, text)) return text as GivenBy;
  throw new InputError(`--given-by ${text}: one of ${Object.keys(GIVEN_BY).join(", ")}`);
}

function permissionOf(name: string): Permission {
  if (Object.hasOwn(PERMISSIONS, name)) return name as Permission;
  throw new InputError(
    `--permit ${name}: no such permission; choose from ${Object.keys(PERMISSIONS).join(", ")}`,
  );
}
