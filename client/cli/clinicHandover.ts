// `cohort clinic hand-over` and `fetched`: a record for its wallet, by a short code instead of a file.
import type { Command } from "commander";
import { ATTESTED_FORMAT } from "../clinic/record/attest.ts";
import { type Handover, leaveByCode, lookAfter } from "../handover/byCode.ts";
import { readRecordCode } from "../handover/recordCode.ts";
import { contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { acting } from "./options.ts";
import { InputError, print } from "./output.ts";

type As = { as: string };

/** Adds the clinic's commands about handing over. */
export function addCommands(clinic: Command): void {
  const add = acting(clinic, "clinic-1");
  add(
    "hand-over <file>",
    "leave a patient's record at the server, encrypted, for a day; prints the code that opens it, once",
    "clinic hand-over ann.json",
  ).action(handOver);
  add(
    "fetched <code>",
    "whether the wallet has fetched the record that you left under this code",
    "clinic fetched R-7KX2-...",
  ).action(fetched);
}

async function handOver(file: string, options: As, command: Command): Promise<void> {
  const context = contextOf(command);
  const content = readJson(file);
  if ((content as { format?: unknown } | null)?.format !== ATTESTED_FORMAT) {
    throw new InputError(`${file}: not a patient's file as clinic attest writes it`);
  }
  const { api } = await context.actor(options.as);
  const left = await leaveByCode({ api, content });
  const text = [
    left.code,
    `Give this code to the patient and nobody else: cohort patient fetch '${left.code}' --out record.json`,
    `It works once, until ${timeOf(left.until)}. Whether it was fetched: cohort clinic fetched '${left.code}'`,
  ].join("\n");
  print(context.json, { code: left.code, ...timesOf(left) }, text);
}

async function fetched(code: string, options: As, command: Command): Promise<void> {
  const context = contextOf(command);
  const known = readRecordCode(code);
  if (known === undefined) throw new InputError("the code is mistyped: a code begins R-");
  const { api } = await context.actor(options.as);
  const found = await lookAfter({ api, id: known.id });
  if (found === null) {
    throw new InputError(
      "nothing of yours waits under this code: its day is over, or it is another's",
    );
  }
  const text =
    found.fetchedAt === null
      ? `It waits until ${timeOf(found.until)}.`
      : `Fetched at ${timeOf(found.fetchedAt)}.`;
  print(context.json, timesOf(found), text);
}

function timesOf({ until, fetchedAt }: Handover) {
  return { until: timeOf(until), fetchedAt: fetchedAt === null ? null : timeOf(fetchedAt) };
}

const timeOf = (seconds: number) => new Date(seconds * 1000).toISOString();
