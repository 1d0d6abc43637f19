// `cohort site`: challenge the person at the desk, check the answer, sign.
import type { Command } from "commander";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { PublicState } from "../api/trial.ts";
import { issueChallenge } from "../site/challenge.ts";
import { identityDocumentOf } from "../site/desk.ts";
import { countUnknown, type DeskMemory } from "../site/memory.ts";
import { requireSite } from "../site/roster.ts";
import { siteAttestations } from "../trial/document.ts";
import { downloadTrial } from "../trial/review.ts";
import { pickNumber, protocolIn, wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { type DeskFiles, readBook, readMemory, withDeskFiles } from "./deskFiles.ts";
import { writePrivate } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { addParticipantsCommand } from "./participants.ts";
import { type ReviewFlags, review, withReview } from "./reviewing.ts";
import { addSiteActCommands } from "./siteActs.ts";
import { addDeskCommands, attestationWords } from "./siteDesk.ts";

type ChallengeFlags = DeskFiles & { out: string; fresh?: boolean; succeeds?: string };

/** Adds the site's commands. */
export function addCommands(site: Command): void {
  withExamples(
    withDeskFiles(site.command("challenge <protocol> <site>"))
      .description("a fresh challenge for the person at the desk")
      .requiredOption("--out <file>", "where to write it")
      .option("--fresh", "also ask for a proof that the criteria hold today")
      .option(
        "--succeeds <pseudonym>",
        "ask a new wallet to take this lost pseudonym's place, from your file on the person",
      )
      .action(challenge),
    "site challenge CZ-T2D-001 1 --out challenge.json",
    "site challenge CZ-T2D-001 1 --out challenge.json --succeeds 1203584712",
  );
  addDeskCommands(site);
  withExamples(
    withReview(site.command("attest <protocol>"))
      .description("which document the desk checks, and what the site attests when it signs")
      .action(attest),
    "site attest CZ-T2D-001",
  );
  addParticipantsCommand(site, "site");
  addSiteActCommands(site);
}

async function challenge(
  protocolNumber: string,
  site: string,
  flags: ChallengeFlags,
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const trialId = trialIdOf(protocolIn(protocolNumber));
  const siteId = wholeIn(site, "site");
  if (flags.fresh && flags.succeeds !== undefined) {
    throw new InputError("--fresh: a new wallet proves the criteria anyway; leave it out");
  }
  const memory = readMemory(flags);
  const [state, { chainTime: now }] = await Promise.all([
    api().publicState(trialId),
    api().deployment(),
  ]);
  requireSite(state, siteId);
  const issued = issueChallenge({
    book: readBook(flags),
    trialId,
    siteId,
    now,
    freshEligibility: flags.fresh === true,
    succeeds: flags.succeeds === undefined ? undefined : pickLost(state, flags.succeeds),
  });
  await writePrivate(flags.book, issued.book);
  await writePrivate(flags.out, issued.challenge);
  const identityDocument = identityDocumentOf(state);
  const lines = [
    `${flags.out}: show it to the person; it is valid for 15 minutes.`,
    ...(identityDocument === undefined ? [] : [`The document to check: ${identityDocument}`]),
    ...unknownWords({ memory, state, siteId }, flags.memory),
  ];
  print(json, { ...issued.challenge, identityDocument }, lines.join("\n"));
}

function pickLost({ participants }: PublicState, text: string): bigint {
  const among = participants.map(({ pseudonym }) => pseudonym);
  return pickNumber({ text, name: "--succeeds", among, none: "UnknownParticipant" });
}

/** Staff who sit at another desk than the one that people arrived at are told so. */
function unknownWords(
  { memory, state, siteId }: { memory: DeskMemory; state: PublicState; siteId: number },
  file: string,
): string[] {
  const { trialId, participants } = state;
  const here = participants.filter((one) => one.siteId === siteId && one.state === "on-study");
  const pseudonyms = here.map(({ pseudonym }) => pseudonym);
  const unknown = countUnknown({ memory, trialId, pseudonyms });
  if (unknown === 0) return [];
  return [
    `${file} has nothing about ${unknown} of ${here.length} on study here: it cannot notice any of them coming twice. Use the file of the desk they came to.`,
  ];
}

async function attest(protocolNumber: string, flags: ReviewFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { api, json } = context;
  const downloads = await downloadTrial(api(), protocolIn(protocolNumber));
  const { compiled, document } = await review(context, flags, downloads);
  const items = siteAttestations(compiled).map(({ id, text, by, when, negated }) => ({
    id,
    text,
    by,
    when,
    negated,
  }));
  const { identityDocument } = document.trial;
  const listed = items.map(attestationWords).join("\n") || "Nothing to attest.";
  print(json, { identityDocument, items }, `The document to check: ${identityDocument}\n${listed}`);
}
