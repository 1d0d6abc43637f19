// The manifest's cut and request against the chain's, and its packages against the cut's root.

import { entryTree } from "../../../circuits/statement/exchange/entryTree.ts";
import { type Bytes32, hashDocument, trialIdOf } from "../../../circuits/statement/trial/trial.ts";
import type { Manifest } from "../../exchange/dataset/manifest.ts";
import type { DatasetEvidence, MadeRequest, SealedCut } from "./evidence.ts";
import type { DatasetReport } from "./finding.ts";

type Compared = {
  readonly manifest: Manifest;
  readonly evidence: DatasetEvidence;
  readonly report: DatasetReport;
};

export function compareCut({ manifest, evidence, report }: Compared): void {
  const tell = (reason: string) => report("dataset/chain", reason);
  const { cut, request } = manifest;
  if (manifest.chainId !== evidence.chainId) tell(`it names chain ${manifest.chainId}`);
  if (!isSameText(manifest.cutRegistry, evidence.cutRegistry)) {
    tell(`it names the contract ${manifest.cutRegistry}`);
  }
  const made = evidence.cutOf(cut.cutId);
  if (made === undefined) tell(`there is no cut ${cut.cutId}`);
  else for (const name of cutDifferences(manifest, made)) tell(`the cut's ${name} is another`);
  const asked = evidence.requestOf(request.requestId);
  if (asked === undefined) tell(`there is no request ${request.requestId}`);
  else
    for (const name of requestDifferences(manifest, asked))
      tell(`the request's ${name} is another`);
  compareWords(manifest, tell);
  comparePackageList({ manifest, root: made?.packagesRoot, report });
}

/** What is told in words is what the chain has by its hash. */
function compareWords(
  { trialId, protocolNumber, request }: Manifest,
  tell: (reason: string) => void,
): void {
  if (trialIdOf(protocolNumber) !== trialId) tell(`it calls the trial ${protocolNumber}`);
  const { purpose, purposeText } = request;
  if (purposeText !== undefined && hashDocument(purposeText) !== purpose) {
    tell("the request's purpose in words is not the one that was published");
  }
}

function cutDifferences({ trialId, cut }: Manifest, made: SealedCut): string[] {
  return differing([
    ["trial", trialId === made.trialId],
    ["permission", cut.permission === made.permission],
    ["number of participants", cut.participants === made.pseudonyms.length],
    ["root", cut.packagesRoot === made.packagesRoot],
    ["time", cut.sealedAt === made.sealedAt],
    ["block", cut.block === made.block],
  ]);
}

function requestDifferences({ cut, request }: Manifest, asked: MadeRequest): string[] {
  return differing([
    ["cut", cut.cutId === asked.cutId],
    ["purpose", request.purpose === asked.purpose],
    ["staff", isSameText(request.staff, asked.staff)],
    ["end", request.until === asked.until],
    ["block", request.block === asked.block],
  ]);
}

function differing(parts: readonly (readonly [string, boolean])[]): string[] {
  return parts.filter(([, isSame]) => !isSame).map(([name]) => name);
}

/** Addresses are written in either case. */
function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function comparePackageList(of: {
  manifest: Manifest;
  /** The chain's; undefined when there is no such cut. */
  root: Bytes32 | undefined;
  report: DatasetReport;
}): void {
  const { manifest, root, report } = of;
  const { packages, entries, leftOut } = manifest;
  const tell = (reason: string) => report("dataset/packages", reason);
  const made = packages.length === 0 ? undefined : entryTree(packages).root;
  if (made !== root) tell("the listed packages do not add up to the cut's root");
  const open = new Set(packages);
  if (open.size < packages.length) tell("a package is listed twice");
  const [isIn, isOut] = [new Set<Bytes32>(), new Set(leftOut.map(({ entry }) => entry))];
  for (const { entry } of entries) {
    if (isIn.has(entry)) tell(`entry ${entry} is there twice`);
    if (isOut.has(entry)) tell(`entry ${entry} is there, and left out`);
    if (!open.delete(entry) && !isIn.has(entry)) tell(`entry ${entry} is not of the cut`);
    isIn.add(entry);
  }
  for (const entry of isOut) {
    if (!open.delete(entry) && !isIn.has(entry)) tell(`entry ${entry} is left out of another cut`);
  }
  for (const entry of open) tell(`entry ${entry} is neither there nor left out`);
}
