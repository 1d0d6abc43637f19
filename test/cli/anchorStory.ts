// A dataset that is bound on the chain, and one that was written anew by somebody who knows how.
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ExchangeStage } from "./exchangeStage.ts";

/** Copies a dataset with other figures in its summary, which no audit counts again, and lists the new file's hash. */
function forgeSummary(dataset: string, forged: string): void {
  cpSync(dataset, forged, { recursive: true });
  const [summary, manifest] = ["summary.html", "manifest.json"].map((name) => join(forged, name));
  const text = readFileSync(summary!, "utf8").replace("</body>", "<p>All were healed.</p></body>");
  writeFileSync(summary!, text);
  const told = JSON.parse(readFileSync(manifest!, "utf8"));
  const one = told.files.find(({ path }: { path: string }) => path === "summary.html");
  const sha256 = createHash("sha256").update(text).digest("hex");
  Object.assign(one, { sha256, bytes: Buffer.byteLength(text) });
  writeFileSync(manifest!, JSON.stringify(told));
}

/** Anchors the folder's dataset by the command, after what has to be refused, and audits it beside a forged one. */
export async function bindDataset(stage: ExchangeStage): Promise<void> {
  const { ok, no, run, file, rpc, url } = stage;
  const anchor = ["sponsor", "data", "anchor", file("interim")];
  const node = ["--rpc", rpc, "--deployment", file("deployment.json"), "--server", url];
  const audit = async (folder: string) =>
    (await run("audit", "dataset", folder, ...node, "--json")).json();
  const forged = file("forged");
  forgeSummary(file("interim/dataset"), forged);
  const before = await audit(forged);
  expect([before.verdict, before.manifestBlock]).toEqual(["clean", undefined]);
  // What an audit would name is not bound.
  const table = file("interim/dataset/csv/visit.csv");
  const honest = readFileSync(table, "utf8");
  writeFileSync(table, honest.replace(",80,", ",70,"));
  const spoilt = await run(...anchor);
  expect([spoilt.code, spoilt.err]).toEqual([2, expect.stringContaining("visit.csv")]);
  writeFileSync(table, honest);
  expect(await no(...anchor, "--as", "stranger")).toBe("NotStaff");
  const { manifest } = await ok(...anchor);
  const again = await ok(...anchor);
  expect([again.manifest, again.block]).toEqual([manifest, expect.any(Number)]);
  const bound = await audit(file("interim/dataset"));
  expect(bound).toMatchObject({ verdict: "clean", manifestBlock: again.block });
  const { verdict, findings } = await audit(forged);
  expect([verdict, findings.length, findings[0].rule]).toEqual([
    ...["findings", 1, "dataset/published"],
  ]);
  expect(findings[0].reason).toContain(`${manifest} in block ${again.block}`);
}
