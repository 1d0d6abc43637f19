// Sending what a wallet gives: its key before anything else, and each deposit kept beside the wallet until it has arrived.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { type Prepared, sendDeposit } from "../exchange/deposit.ts";
import { isRefusedForGood } from "../exchange/outbox.ts";
import { type OwnGround, prepareKey } from "../exchange/own.ts";
import { readPrepared, writePrepared } from "../exchange/prepared.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import type { Context } from "./context.ts";
import { type Looked, SOFTWARE } from "./exchange.ts";
import { InputError } from "./output.ts";
import type { Opened } from "./wallet.ts";

/** Beside the wallet until the answer has come: an interrupted command sends the very same again. */
const waitingFile = ({ path }: Opened) => `${path}.deposit`;

/** Keeps a deposit, sends it, and forgets it once it is taken, or refused for good. Refuses as the exchange does. */
export async function send(
  { progress }: Context,
  opened: Opened,
  { looked, prepared }: { looked: Pick<Looked, "exchange">; prepared: Prepared },
) {
  const file = waitingFile(opened);
  await writeAtomically(file, new TextEncoder().encode(writePrepared(prepared)));
  progress.step("Sending...");
  try {
    const answer = await sendDeposit(looked.exchange, prepared);
    await rm(file, { force: true });
    return answer;
  } catch (problem) {
    // What is never taken would stand in the way of all that comes after.
    if (isRefusedForGood(problem)) await rm(file, { force: true });
    throw problem;
  }
}

/** Publishes the wallet's own key, where that has not been done: it opens everything that is kept about its owner. */
export async function sendKey(
  context: Context,
  opened: Opened,
  { looked, ground }: { looked: Looked; ground: OwnGround },
): Promise<void> {
  const key = await prepareKey(ground);
  if (key !== undefined) await send(context, opened, { looked, prepared: key });
}

/** Sends what an earlier command did not see arrive; throws InputError then, for what is there has changed. */
export async function sendWaiting(context: Context, opened: Opened, looked: Looked): Promise<void> {
  const file = waitingFile(opened);
  if (!existsSync(file)) return;
  const { hash, ...prepared } = await readPrepared(await readFile(file, "utf8"));
  if (prepared.entry.trialId !== looked.reviewed.trial.trialId) {
    throw new InputError(
      `${file}: a deposit to another trial waits; send that first, or remove it`,
    );
  }
  const isThere = looked.entries.some(({ entry }) => hashEntry(entry) === hash);
  if (isThere) await rm(file, { force: true });
  else await send(context, opened, { looked, prepared });
  throw new InputError(
    "The deposit that was interrupted has arrived now. Look with patient data, then go on.",
  );
}

/** Where a deposit of a participant comes from: a file, of which only the hash goes along. */
export async function madeFrom(file: string, origin: string) {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Uint8Array);
  return {
    ...{ agent: "participant" as const, software: SOFTWARE, origin },
    madeAt: Math.floor(Date.now() / 1000),
    sourceHash: hash.digest("hex"),
  };
}
