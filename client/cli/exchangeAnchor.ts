// `cohort sponsor data anchor`: the hash of a dataset's manifest goes to the chain, once its files are what it lists.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { addressOf } from "../actor/actor.ts";
import type { DeploymentInfo } from "../api/registry.ts";
import { readFolder } from "../exchange/dataset/files.node.ts";
import type { Reading } from "../exchange/dataset/files.ts";
import {
  hashManifest,
  isListedFile,
  loadManifest,
  MANIFEST_FILE,
  type Manifest,
} from "../exchange/dataset/manifest.ts";
import { anchorDataset, datasetAnchors } from "../exchange/datasetAnchor.ts";
import { DATASET, readCut } from "../exchange/folder.node.ts";
import { type Context, contextOf } from "./context.ts";
import { InputError, print } from "./output.ts";

/** Anchors the dataset of a cut's folder; one that was anchored before is said to be. */
export async function anchorIn(
  folder: string,
  flags: { as: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const cut = await readCut(folder);
  const dataset = join(folder, DATASET);
  if (!existsSync(join(dataset, MANIFEST_FILE))) {
    throw new InputError(`${folder} has no dataset: run cohort sponsor data fetch ${folder}`);
  }
  const files = readFolder(dataset);
  const manifest = await manifestIn(files, dataset);
  const actor = await context.actor(flags.as);
  const { request, cut: sealed } = manifest;
  if (sealed.cutId !== cut.cutId.toString() || !isHere(manifest, actor.deployment)) {
    throw new InputError(`${join(dataset, MANIFEST_FILE)} is of another cut or another chain`);
  }
  await compareFiles(context, { files, manifest, dataset });
  const of = {
    ...{ cutId: cut.cutId, requestId: BigInt(request.requestId) },
    manifest: hashManifest(manifest),
  };
  const before = datasetAnchors(await actor.api.events(), of).find(
    (one) => one.manifest === of.manifest,
  );
  if (before === undefined) {
    context.progress.step("Anchoring...");
    await anchorDataset(actor, of);
  }
  context.progress.end();
  const said =
    before === undefined ? "is anchored" : `was anchored before, in block ${before.block},`;
  const lines = [
    `Manifest ${of.manifest} ${said} for request ${request.requestId}.`,
    `Whoever has the dataset can check it: cohort audit dataset ${dataset} --rpc <node>`,
  ];
  print(context.json, { ...of, block: before?.block }, lines.join("\n"));
}

function isHere({ chainId, cutRegistry }: Manifest, deployment: DeploymentInfo): boolean {
  const here = addressOf(deployment, "CutRegistry");
  return (
    chainId === deployment.chainId.toString() && cutRegistry.toLowerCase() === here.toLowerCase()
  );
}

/** Throws InputError for a manifest that nobody's audit would read. */
async function manifestIn(files: Reading, dataset: string): Promise<Manifest> {
  const read = await loadManifest(files);
  if ("manifest" in read) return read.manifest;
  throw new InputError(`${dataset}: ${read.problem}`);
}

/** An anchor stays: what was changed since the fetch is not bound unseen. Throws InputError, naming the file. */
async function compareFiles(
  context: Context,
  of: { readonly files: Reading; readonly manifest: Manifest; readonly dataset: string },
): Promise<void> {
  const { files, manifest, dataset } = of;
  const there = new Set(await files.list());
  for (const [i, listed] of manifest.files.entries()) {
    const { path } = listed;
    context.progress.step(`Hashing files: ${i} of ${manifest.files.length}...`);
    if (there.has(path) && (await isListedFile(files, listed))) continue;
    throw new InputError(
      `${join(dataset, path)} is not the file that was written: write it anew with cohort sponsor data fetch --again`,
    );
  }
}
