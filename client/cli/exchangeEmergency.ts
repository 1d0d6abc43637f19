// `cohort clinic emergency`: an emergency clinician opens one participant's emergency packages, in public and with a reason.

import { access, constants } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { addressOf } from "../actor/actor.ts";
import { breakGlass, emergencyPackages } from "../exchange/emergency.ts";
import { fetchCut } from "../exchange/fetch.ts";
import { pickNumber, protocolIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import {
  type CustodianFlag,
  lookAtEntries,
  reachNamed,
  termsOf,
  withCustodians,
} from "./exchange.ts";
import { progressWords, readText, verifyingOf } from "./exchangeVerifying.ts";
import { writePrivate } from "./file.ts";
import { acting, withDocumentKey } from "./options.ts";
import { InputError, print, shorten } from "./output.ts";

type Flags = CustodianFlag & { documentKey?: string; as: string; reason: string; out: string };

/** Adds the emergency clinician's command. */
export function addCommands(clinic: Command): void {
  const add = acting(clinic, "emergency");
  withCustodians(
    withDocumentKey(
      add(
        "emergency <protocol> <pseudonym>",
        "open what a participant keeps for emergencies, without asking: the person and the board are told",
        "clinic emergency CZ-T2D-001 1203584712 --reason 'Unconscious, allergies unknown' --out summary.json",
      ),
    ),
  )
    .requiredOption("--reason <words>", "why: the person, the board and everybody else can read it")
    .requiredOption("--out <file>", "where to write what was opened")
    .action(emergency);
}

/** What a case opened and nobody can write is lost, and the next one is another case. Throws InputError. */
async function requireFolder(out: string): Promise<void> {
  const folder = dirname(resolve(out));
  await access(folder, constants.W_OK).catch(() => {
    throw new InputError(`--out ${out}: ${folder} is no folder that can be written to`);
  });
}

async function emergency(
  typed: string,
  person: string,
  flags: Flags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  await requireFolder(flags.out);
  const looked = await lookAtEntries(context, protocolIn(typed));
  const { entries, exchange, place, downloads } = looked;
  const document = await readText(looked, flags.documentKey);
  const among = downloads.state.participants.map((one) => one.pseudonym);
  const none = "UnknownParticipant";
  const pseudonym = pickNumber({ text: person, name: "pseudonym", among, none });
  const { collections = [] } = document.trial;
  const cut = emergencyPackages({ collections, entries, pseudonym });
  if (cut.length === 0) throw new InputError("This participant keeps nothing for emergencies.");
  const terms = termsOf(looked);
  const custodians = await reachNamed(context, flags, terms);
  // A case that cannot be answered would count, and tell the person of an opening that there was not.
  const [needed, found] = [terms.custodianThreshold, custodians.length];
  if (found < needed) throw new Refusal("TooFewCustodians", { needed, found });
  const verifying = await verifyingOf(looked, document, await context.api().events());
  context.progress.step("Opening a case in public...");
  const request = await breakGlass(await context.actor(flags.as), {
    ...{ trialId: downloads.trial.trialId, pseudonym, reason: flags.reason },
    // One that is broken off is a new case, of which there are five a day.
    keepKey: async () => {},
  });
  const fetched = await fetchCut({
    ...{ exchange, entries, place, request, cut, verifying, isEmergency: true },
    custodians,
    threshold: terms.custodianThreshold,
    onProgress: (at) => context.progress.step(progressWords(at)),
  });
  const opened = [];
  for await (const { payload } of fetched.opened()) opened.push(payload);
  await writePrivate(flags.out, opened);
  context.progress.end();
  const registry = addressOf(downloads.deployment, "EmergencyAccess");
  const lines = [
    `Case ${request.requestId}: ${opened.length} of ${counted(cut.length, "package")} of ${shorten(pseudonym)} in ${flags.out}.`,
    ...fetched.omissions.map(({ entry, code }) => `Not opened: ${entry}: ${code}.`),
    "The board has to close the case within a week.",
  ];
  const { omissions, faults } = fetched;
  const data = { registry, caseId: request.requestId, packages: opened.length, omissions, faults };
  print(context.json, data, lines.join("\n"));
}
