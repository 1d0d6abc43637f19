// A dataset as a sponsor publishes it, and what whoever tampers with it does to each of its formats.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { exchangeOf } from "../../client/api/exchange.ts";
import { authorityCheck } from "../../client/exchange/authority.ts";
import { fillFolder, readFolder } from "../../client/exchange/dataset/files.node.ts";
import { parquetRows, readParquet } from "../../client/exchange/dataset/parquet.ts";
import { columnsOf } from "../../client/exchange/dataset/tables.ts";
import { writeDataset } from "../../client/exchange/dataset/write.ts";
import { fetchCut } from "../../client/exchange/fetch.ts";
import { type Cut, type Requested, reach, SHARE } from "../exchange/attackActs.ts";
import type { Stand } from "../exchange/attackStand.ts";
import { bytes32 } from "../support/world.ts";

/** Opens the cut at all custodians and writes what came, as the sponsor's command does. */
export async function publishDataset(
  stand: Stand,
  of: { readonly cut: Cut; readonly asked: Requested; readonly folder: string },
): Promise<void> {
  const { cut, asked, folder } = of;
  const { api, story, chain } = stand;
  const { deployment } = chain;
  const { CustodyLog: custodyLog, DepositLog: depositLog, CutRegistry } = deployment.addresses;
  const place = { chainId: deployment.chainId, custodyLog, depositLog };
  const [state, events] = [await api.publicState(story.trialId), await api.events()];
  const fetched = await fetchCut({
    exchange: exchangeOf(api),
    entries: await exchangeOf(api).entries(story.trialId),
    custodians: await reach(stand),
    ...{ threshold: 2, cut: cut.hashes, request: asked, place },
    verifying: {
      check: authorityCheck({ at: place, scope: story.scope, state, events }),
      disclosure: undefined as never,
    },
  });
  const eventOf = (name: string) => events.find((event) => event.name === name)!;
  const [sealed, requested] = [eventOf("Sealed"), eventOf("Requested")];
  await fillFolder(folder, (files) =>
    writeDataset({
      opened: fetched.opened(),
      opening: {
        ...{ chainId: String(deployment.chainId), cutRegistry: CutRegistry },
        ...{ trialId: story.trialId, protocolNumber: "CZ-ATTACK-1" },
        cut: {
          ...{ cutId: String(cut.cutId), permission: SHARE, participants: 2 },
          packagesRoot: sealed.arguments.packagesRoot!,
          ...{ sealedAt: sealed.blockTime, block: sealed.blockNumber },
        },
        request: {
          ...{ requestId: String(asked.requestId), purpose: bytes32("purpose") },
          ...{
            staff: requested.arguments.staff!,
            until: asked.until,
            block: requested.blockNumber,
          },
        },
      },
      packages: cut.hashes,
      omissions: fetched.omissions,
      files,
      now: new Date(0),
    }),
  );
}

export type Change = "added" | "removed" | "changed";
const lines = (text: string, at: number, what: Change): string => {
  const all = text.split("\n");
  const row = all[at]!;
  if (what === "removed") all.splice(at, 1);
  else if (what === "added") all.splice(at, 0, row);
  else all[at] = row.replace("well", "unwell");
  return all.join("\n");
};
/** By file: adds, removes or changes a row. */
export const TABLES: Record<string, (file: string, what: Change) => Promise<void> | void> = {
  "csv/visits.csv": (file, what) => rewrite(file, (text) => lines(text, 1, what)),
  "dataset-json/visits.json": (file, what) =>
    rewrite(file, (text) => {
      const data = JSON.parse(text) as { rows: string[][] };
      const [head] = text.split("\n");
      const rows = data.rows.map((row) => JSON.stringify(row));
      if (what === "removed") rows.shift();
      if (what === "added") rows.push(rows[0]!);
      if (what === "changed") rows[0] = rows[0]!.replace("well", "unwell");
      return `${head}\n${rows.join(",\n")}\n]}\n`;
    }),
  "fhir/QuestionnaireResponse.ndjson": (file, what) =>
    rewrite(file, (text) => lines(text, 0, what)),
  "parquet/visits.parquet": rewriteParquet,
};
const rewrite = (file: string, change: (text: string) => string) => {
  const text = readFileSync(file, "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
};

async function rewriteParquet(file: string, what: Change): Promise<void> {
  const root = join(file, "../..");
  const manifest = JSON.parse(readFileSync(join(root, "manifest.json"), "utf8"));
  const columns = columnsOf(manifest.tables[0].columns);
  const rows: unknown[][] = [];
  const read = await readParquet(readFolder(root), "parquet/visits.parquet", columns);
  for await (const row of read.rows) rows.push([...row]);
  if (what === "removed") rows.shift();
  if (what === "added") rows.push(rows[0]!);
  if (what === "changed") rows[0] = rows[0]!.map((one) => (one === "well" ? "unwell" : one));
  const parts: Uint8Array[] = [];
  const output = {
    write: (bytes: Uint8Array) => void parts.push(bytes.slice()),
    close: () => {},
  };
  const writer = parquetRows(output, columns, {});
  for (const row of rows) writer.write(row as never);
  writer.close();
  writeFileSync(file, Buffer.concat(parts));
}
