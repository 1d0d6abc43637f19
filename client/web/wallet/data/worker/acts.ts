// What the worker of the wallet's data does when its page asks.
import { hashEntry } from "../../../../../circuits/statement/exchange/entry.ts";
import type { Payload } from "../../../../../circuits/statement/exchange/payload.ts";
import { Refusal } from "../../../../../circuits/statement/refusal.ts";
import { type ErasureInput, proveErasure } from "../../../../exchange/erase.ts";
import { ownIdentity } from "../../../../exchange/own.ts";
import {
  downloadOwn,
  loadOwn,
  type OwnFile,
  openOwn,
  packagesOf,
} from "../../../../exchange/read.ts";
import { findSelf } from "../../../../patient/self.ts";
import { keptArtifacts } from "../../../prover/keys.ts";
import { readDevice, sendDevice } from "./device.ts";
import { lookAtFacts, prepare, send, waiting } from "./giving.ts";
import { type Looked, look, type Of, whoseOf } from "./ground.ts";
import { overview } from "./overview.ts";
import type { Report } from "./progress.ts";

type OfPackage = Of & { readonly entry: string };

/** One package as it lies in the store, and what is in it, opened with the wallet's own key. */
async function open(of: OfPackage): Promise<{ payload: Payload; bytes: Uint8Array }> {
  const looked = await look(of);
  const { identity, pseudonym } = await ownIdentity(whoseOf(of, looked));
  const { exchange } = looked;
  const deposited = packageOf(looked, pseudonym, of.entry);
  const bytes = await loadOwn({ exchange, deposited });
  const payload = await openOwn({ exchange: { package: async () => bytes }, deposited, identity });
  return { payload, bytes };
}

function packageOf({ entries }: Looked, pseudonym: bigint, hash: string) {
  const found = packagesOf(entries, pseudonym).find(({ entry }) => hashEntry(entry) === hash);
  if (found === undefined) throw new Refusal("PackageMissing");
  return found;
}

/** The line that opens this person's packages with any age tool: a secret. */
async function identityLine(of: Of): Promise<string> {
  return (await ownIdentity(whoseOf(of, await look(of)))).identity;
}

/** Everything that is kept about this person, as files that any age tool opens. */
async function download(
  of: Of & { readonly accesses: string },
  report: Report,
): Promise<OwnFile[]> {
  const looked = await look(of);
  const { identity, pseudonym } = await ownIdentity(whoseOf(of, looked));
  const { exchange, entries } = looked;
  const { protocolNumber, accesses } = of;
  const total = packagesOf(entries, pseudonym).length;
  const files: OwnFile[] = [];
  const all = downloadOwn({ exchange, entries, pseudonym, identity, protocolNumber, accesses });
  for await (const file of all) {
    files.push(file);
    if (files.length <= total) report({ phase: "proof", part: files.length - 1, of: total });
  }
  return files;
}

/** The proof that orders the erasure; nothing is sent. */
async function erase(of: Of, report: Report): Promise<ErasureInput> {
  const looked = await look(of);
  report({ phase: "downloaded" });
  const whose = whoseOf(of, looked);
  const artifacts = keptArtifacts(report);
  const { trialId } = looked.downloads.trial;
  return await proveErasure({
    ...{ self: await findSelf(whose), state: whose.state, trialId, artifacts },
    ...{ scope: whose.place.scope, place: looked.place },
  });
}

export const acts = {
  "data.overview": overview,
  "data.facts": lookAtFacts,
  "data.prepare": prepare,
  "data.waiting": waiting,
  "data.send": send,
  "data.readDevice": readDevice,
  "data.sendDevice": sendDevice,
  "data.open": open,
  "data.identity": identityLine,
  "data.download": download,
  "data.erase": erase,
};
