// `cohort patient`, about research data: what was collected, showing facts of the record, and taking everything along.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { anchorTimes } from "../exchange/authority.ts";
import { newestEntries } from "../exchange/cut.ts";
import { inclusionOf, verifyInclusion } from "../exchange/deposit.ts";
import { lookAtRecord, ownIdentity, prepareRecord } from "../exchange/own.ts";
import { downloadOwn, openOwn, packagesOf } from "../exchange/read.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { type Context, contextOf } from "./context.ts";
import {
  type CustodianFlag,
  collectionsOf,
  type Entries,
  lookAtEntries,
  lookAtExchange,
  ownGroundOf,
  ownRingOf,
  pickCollection,
  SOFTWARE,
  whoseOf,
  withCustodians,
} from "./exchange.ts";
import { accessesTo } from "./exchangeAccess.ts";
import { send, sendKey, sendWaiting } from "./exchangeSending.ts";
import { InputError, print } from "./output.ts";
import { review } from "./reviewing.ts";
import { bringUpToDate, keep, open, type TrialFlags, trialCommand } from "./wallet.ts";

/** Adds the commands about the wallet's research data. */
export function addCommands(patient: Command): void {
  trialCommand(patient, {
    name: "data",
    text: "what was collected about you in a trial, opened with your own key",
    example: "CZ-T2D-001",
  })
    .option("--content", "print what is in each package, too")
    .action(data);
  withCustodians(
    trialCommand(patient, {
      name: "show",
      text: "what a record collection would show of you; with --send it is proven and deposited",
      example: "CZ-T2D-001 --send",
    })
      .option("--collection <id>", "which, where a trial has several")
      .option("--send", "prove and deposit it"),
  ).action(show);
  withCustodians(
    trialCommand(patient, {
      name: "download",
      text: "take everything along: your packages, your key, who opened them, and how any age tool opens them",
      example: "CZ-T2D-001 --out my-data",
    }),
  )
    .requiredOption("--out <folder>", "where to; a new folder, which then opens everything")
    .action(download);
}

async function data(
  protocolNumber: string,
  flags: TrialFlags & { content?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const looked = await lookAtEntries(context, protocolNumber);
  const { identity, pseudonym } = await ownIdentity(whoseOf(looked, wallet));
  const titles = await titlesOf(context, looked, flags);
  const newest = new Set(newestEntries(looked.entries).map(({ entry }) => hashEntry(entry)));
  const own = packagesOf(looked.entries, pseudonym);
  const { entries } = looked;
  const now = looked.downloads.deployment.chainTime;
  const anchors = anchorTimes(own.length === 0 ? [] : await context.api().events());
  const listed = [];
  for (const deposited of own) {
    const { entry } = deposited;
    const hash = hashEntry(entry);
    // Recomputed, and looked up on the chain: an operator that only says so is convicted here.
    const found = inclusionOf({ entry: hash, entries, takenAt: now, now });
    if (found !== undefined) await verifyInclusion(found, async (root) => anchors.get(root));
    const content = flags.content
      ? (await openOwn({ exchange: looked.exchange, deposited, identity })).content
      : undefined;
    listed.push({
      entry: hash,
      collection: entry.collection,
      title: titles.get(entry.collection) ?? entry.collection,
      sequence: entry.sequence,
      day: formatDay(entry.day),
      isCorrected: !newest.has(hash),
      isAnchored: found !== undefined,
      ...(content !== undefined && { content }),
    });
  }
  context.progress.end();
  const lines = listed.flatMap((one) => {
    const state = one.isCorrected ? ", corrected since" : one.isAnchored ? "" : ", on its way";
    const line = `${one.day}  ${one.title} (${one.collection} ${one.sequence})${state}\n            entry ${one.entry}`;
    return one.content === undefined ? [line] : [line, JSON.stringify(one.content, null, 2)];
  });
  print(context.json, listed, lines.join("\n") || "Nothing was collected about you yet.");
}

/** Titles of the collections; none of a trial that is over or sealed: what is kept is shown all the same. */
async function titlesOf(
  context: Context,
  { downloads }: Entries,
  flags: TrialFlags,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { collections = [] } = (await review(context, flags, downloads)).document.trial;
    return new Map(collections.map(({ id, title }) => [id, title]));
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    return new Map();
  }
}

async function show(
  protocolNumber: string,
  flags: TrialFlags & CustodianFlag & { collection?: string; send?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const looked = await lookAtExchange(context, protocolNumber, flags);
  const { registry } = looked.downloads;
  const { opened, notes } = await bringUpToDate(context, await open(flags), registry);
  const collection = pickCollection(collectionsOf(looked.reviewed), "record", flags.collection);
  const ground = await ownGroundOf(context, looked, opened.wallet);
  const choice = lookAtRecord({ ...ground, collection, registry });
  const { words, left } = choice;
  const lines = [
    ...notes,
    `${collection.title}: ${collection.why}`,
    "You are showing:",
    ...words.map((one) => `  ${one}`),
    ...(left.length === 0 ? [] : ["Not shown:"]),
    ...left.map((one) => `  ${one.words}: ${one.why}`),
    "The sponsor also learns which screening was yours.",
  ];
  if (!flags.send) {
    context.progress.end();
    const which = flags.collection === undefined ? "" : ` --collection ${flags.collection}`;
    const next = `Nothing was sent. To deposit it: cohort patient show ${protocolNumber}${which} --send`;
    print(context.json, { shown: words, left, sent: false }, [...lines, next].join("\n"));
    return;
  }
  await sendWaiting(context, opened, looked);
  const { keys, opened: pinned } = await ownRingOf(context, opened, { looked, flags });
  await sendKey(context, pinned, { looked, ground });
  const made = await prepareRecord({
    ...{ ...ground, wallet: pinned.wallet, keys, collection, choice, registry },
    software: SOFTWARE,
    madeAt: Math.floor(Date.now() / 1000),
    onPhase: ({ phase, part, of }) =>
      context.progress.step(`Proving part ${part + 1} of ${of}: ${phase}...`),
  });
  const kept = await keep(pinned, made.wallet);
  const answer = await send(context, kept, { looked, prepared: made.prepared });
  context.progress.end();
  const text = [...lines, `Deposited as entry ${answer.hash}.`].join("\n");
  print(context.json, { shown: words, left, sent: true, entry: answer.hash }, text);
}

async function download(
  protocolNumber: string,
  flags: TrialFlags & CustodianFlag & { out: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  if (existsSync(flags.out)) throw new InputError(`${flags.out}: exists already; choose another`);
  const { wallet } = await open(flags);
  const looked = await lookAtEntries(context, protocolNumber);
  const { identity, pseudonym } = await ownIdentity(whoseOf(looked, wallet));
  const { fhir } = await accessesTo(context, { looked, pseudonym, flags });
  const accesses = new TextDecoder().decode(fhir);
  await mkdir(flags.out, { recursive: true, mode: 0o700 });
  const { exchange, entries } = looked;
  const names: string[] = [];
  for await (const { name, bytes } of downloadOwn({
    ...{ exchange, entries, pseudonym, identity, protocolNumber, accesses },
  })) {
    context.progress.step(`Writing ${name}...`);
    await writeAtomically(join(flags.out, name), bytes);
    names.push(name);
  }
  context.progress.end();
  const text = `${counted(names.length, "file")} in ${flags.out}. HOW-TO-OPEN.txt says how; whoever has the folder can read it.`;
  print(context.json, { folder: flags.out, files: names }, text);
}
