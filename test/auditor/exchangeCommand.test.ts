// The auditor's commands against an exchange as it runs: a chain, a server, three custodians.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { id, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CUSTODIAN_TYPES, custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import type { AuditReport } from "../../client/auditor/report/report.ts";
import { addAuditCommand } from "../../client/cli/audit.ts";
import { EXIT_FINDINGS } from "../../client/cli/auditRun.ts";
import { withGlobalOptions } from "../../client/cli/options.ts";
import {
  type Cut,
  deposit,
  type Made,
  type Requested,
  request,
  seal,
} from "../exchange/attackActs.ts";
import { openStand, type Party, type Stand } from "../exchange/attackStand.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import { bytes32 } from "../support/world.ts";
import { publishDataset, TABLES } from "./publishedDataset.ts";

// The stage's chain has keys of its own, whose proofs anybody can make.
vi.mock("../../client/auditor/proof/published.node.ts", () => ({
  publishedKeys: async () => STAGE_KEYS,
}));

const folder = mkdtempSync(join(tmpdir(), "cohort-exchange-audit-"));
const at = (name: string) => join(folder, name);
let stand: Stand;
let cut: Cut;
let asked: Requested;
let visits: Made[];

beforeAll(async () => {
  stand = await openStand({ people: ["ada", "ben", "cas"] });
  const { ada, ben, cas } = stand.people as Record<string, Stand["people"][string]>;
  visits = [await deposit(stand, ada!), await deposit(stand, ben!)];
  await deposit(stand, cas!);
  cut = await seal(stand, [ada!, ben!], visits);
  asked = await request(stand, cut);
  await publishDataset(stand, { cut, asked, folder: at("dataset") });
}, 240_000);
afterAll(async () => {
  await stand?.end();
  rmSync(folder, { recursive: true });
});

type Said = {
  readonly json: Record<string, unknown>;
  readonly code: unknown;
  readonly error?: unknown;
};

/** Runs the command as a user does; its JSON, its exit code, or the error it ends with. */
async function run(...args: string[]): Promise<Said> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void said.push(text));
  const program = withGlobalOptions(new Command("cohort")).exitOverride();
  addAuditCommand(program);
  for (const command of program.commands) command.exitOverride();
  let error: unknown;
  process.exitCode = 0;
  await program
    .parseAsync([...args, "--json", "--data", stand.folder], { from: "user" })
    .catch((problem: unknown) => {
      error = problem;
    });
  log.mockRestore();
  const code = process.exitCode;
  process.exitCode = 0;
  return { json: said.length > 0 ? JSON.parse(said.join("\n")) : {}, code, error };
}

const node = () => ["--rpc", stand.chain.anvil.url];
const custodians = (parties: readonly Party[] = stand.parties) =>
  parties.flatMap(({ url }) => ["--custodian", url]);
/** Tags are made up here, and no custodian evaluated them: test/custodian/tags.test.ts has those that were. */
const rulesIn = ({ json }: Said) =>
  (json as AuditReport).findings.flatMap(({ rule }) => (rule === "tag/evaluated" ? [] : [rule]));

describe("cohort audit", () => {
  test("replays the exchange of data with its entries and receipts, online and offline", async () => {
    const live = ["--entries", stand.server.url, ...custodians()];
    const out = ["--out", at("report"), "--exports", "--bundle", at("all.gz")];
    const online = await run("audit", ...node(), ...live, ...out);
    expect(online.error).toBeUndefined();
    const report = online.json as AuditReport;
    expect(rulesIn(online)).toEqual([]);
    expect(report.exchange).toMatchObject({
      ...{ entriesAnchored: 3, entries: 3, waiting: 0, receipts: 4, released: 4, requests: 1 },
      ...{ unanswered: [], silent: [], openCases: [], erasures: [], owedPurges: [] },
    });
    // Cas consented as the two did, and is not in the cut.
    // Two custodians are enough: the third was not asked.
    expect(report.exchange.cuts).toMatchObject([{ participants: 2, leftOut: 1 }]);
    const kept = readdirSync(at("report/exchange"));
    expect(kept).toHaveLength(4);
    const offline = await run(
      "audit",
      "--bundle",
      at("all.gz"),
      "--entries",
      at("report/exchange"),
    );
    expect(offline.json.hash).toBe(online.json.hash);
  });

  test("says what it could not look at", async () => {
    const bare = await run("audit", ...node());
    const said = (bare.json as AuditReport).limitsSaid.join("\n");
    expect(rulesIn(bare)).toEqual([]);
    expect(said).toContain("The public entries were not at hand");
    for (const { address } of stand.parties) expect(said).toContain(address.toLowerCase());
  });

  test("names a custodian that does not answer, and does not call it well", async () => {
    const [first] = stand.parties;
    await first!.stop();
    const found = await run("audit", ...node(), "--entries", stand.server.url, ...custodians());
    await first!.start();
    const report = found.json as AuditReport;
    expect(report.exchange.silent).toEqual([first!.address.toLowerCase()]);
    expect(report.limitsSaid.join()).toContain(
      `Custodian ${first!.address.toLowerCase()} showed no`,
    );
  });

  test("refuses what it cannot use, saying why", async () => {
    const messageOf = async (...args: string[]) => String((await run("audit", ...args)).error);
    writeFileSync(at("other.json"), "{}");
    const other = await messageOf(...node(), "--entries", at("other.json"));
    expect(other).toContain("not a file of public entries");
    const kept = at("report/exchange");
    expect(await messageOf(...node(), "--entries", kept, kept)).toContain("was named before");
  });
});

/** What was kept of the exchange, changed by a liar. */
async function auditChanged(
  name: string,
  change: (file: { entries: Entry[]; receipts: unknown[] }) => unknown,
  which: "entries" | "receipts" = "entries",
): Promise<Said> {
  cpSync(at("report/exchange"), at(name), { recursive: true });
  const [file] = readdirSync(at(name)).filter((one) => one.startsWith(which));
  const path = join(at(name), file!);
  const content = JSON.parse(readFileSync(path, "utf8"));
  await change(content);
  writeFileSync(path, JSON.stringify(content));
  return run("audit", ...node(), "--entries", at(name));
}
type Entry = { entry: { sequence: number; ciphertextHash: string } };

describe("an operator", () => {
  test("that drops a deposit is convicted by the batch on the chain", async () => {
    const found = await auditChanged("dropped", ({ entries }) => entries.pop());
    expect(rulesIn(found)).toContain("entry/missing");
    expect(found.code).toBe(EXIT_FINDINGS);
  });
  test("that reorders deposits is convicted", async () => {
    const found = await auditChanged("reordered", ({ entries }) => entries.reverse());
    expect(rulesIn(found)).toContain("entry/batch");
  });
  test("that changes or invents one is convicted", async () => {
    const changed = await auditChanged("changed", ({ entries }) => {
      entries[0]!.entry.ciphertextHash = bytes32("another");
    });
    expect(rulesIn(changed)).toEqual(expect.arrayContaining(["entry/batch", "site/signature"]));
    const invented = await auditChanged("invented", ({ entries }) => {
      const [first] = structuredClone(entries);
      first!.entry.sequence = 2;
      entries.push(first!);
    });
    expect(rulesIn(invented)).toContain("site/signature");
  });
});

describe("a custodian", () => {
  test("that answers without a request is named by its own receipt", async () => {
    const [party] = stand.parties;
    const { privateKey } = JSON.parse(readFileSync(join(party!.folder, "custodian.key"), "utf8"));
    const { chainId, addresses } = stand.chain.deployment;
    const blockNumber = await stand.chain.provider.getBlockNumber();
    const found = await auditChanged(
      "confession",
      async (file) => {
        const receipt = {
          ...{
            number: String(file.receipts.length + 1),
            registry: asked.registry,
            requestId: "77",
            entry: visits[0]!.hash,
          },
          ...{ outcome: id("Released"), blockNumber: String(blockNumber) },
        };
        const domain = custodianDomain(chainId, addresses.CustodyLog);
        const signer = new Wallet(privateKey);
        const signature = await signer.signTypedData(domain, CUSTODIAN_TYPES.Receipt, receipt);
        file.receipts.push({ receipt, signature });
      },
      "receipts",
    );
    expect(rulesIn(found)).toEqual(["receipt/request"]);
    const [{ reason } = { reason: "" }] = (found.json as AuditReport).findings;
    expect(reason).toContain(`custodian ${party!.address.toLowerCase()}, receipt`);
  });
});

describe("cohort audit dataset", () => {
  const audit = (name: string, ...more: string[]) =>
    run("audit", "dataset", at(name), ...node(), "--entries", stand.server.url, ...more);

  test("goes from every row back to entries, cut and consents", async () => {
    const found = await audit("dataset");
    expect(found.error).toBeUndefined();
    expect([found.code, found.json.findings, found.json.ground]).toEqual([0, [], []]);
    expect(found.json.checked).toMatchObject({ entries: 2 });
    expect(found.json.limits).toEqual(expect.arrayContaining([expect.stringContaining("hash")]));
    const hash = String(found.json.manifestHash);
    expect((await audit("dataset", "--manifest-hash", hash)).code).toBe(0);
    const other = await audit("dataset", "--manifest-hash", bytes32("other"));
    expect(other.json.findings).toMatchObject([{ rule: "dataset/published" }]);
  });

  const ways = Object.keys(TABLES).flatMap((path) =>
    (["added", "removed", "changed"] as const).map((what) => [path, what] as const),
  );
  test.each(ways)("finds a row of %s %s", async (path, what) => {
    const name = `${path.replaceAll("/", "-")}-${what}`;
    cpSync(at("dataset"), at(name), { recursive: true });
    await TABLES[path]!(join(at(name), path), what);
    const found = await audit(name);
    expect(found.code).toBe(EXIT_FINDINGS);
    const findings = found.json.findings as { rule: string; reason: string }[];
    const named = findings.find(({ rule }) => rule === `dataset/row-${what}`);
    expect(named?.reason, JSON.stringify(findings)).toContain(path);
    expect(named?.reason).toMatch(/0x[0-9a-f]{64}/);
  });

  test("finds the anchored hash by itself, and a dataset of which another was anchored", async () => {
    const { manifestHash, manifestBlock } = (await audit("dataset")).json;
    expect(manifestBlock).toBeUndefined();
    const { custody } = stand.story.world.as("sponsor");
    await custody.anchorDataset(cut.cutId, asked.requestId, bytes32("another"));
    const other = await audit("dataset");
    expect(other.code).toBe(EXIT_FINDINGS);
    expect(other.json.findings).toMatchObject([{ rule: "dataset/published" }]);
    await custody.anchorDataset(cut.cutId, asked.requestId, String(manifestHash));
    const block = await stand.chain.provider.getBlockNumber();
    const found = await audit("dataset");
    expect([found.code, found.json.findings]).toEqual([0, []]);
    expect(found.json.manifestBlock).toBe(block);
  });

  test("says what it needs before it reads a chain", async () => {
    const messageOf = async (...args: string[]) =>
      String((await run("audit", "dataset", ...args)).error);
    expect(await messageOf(at("nowhere"), ...node())).toContain("manifest.json");
    expect(await messageOf(at("dataset"))).toContain("--rpc");
    expect(await messageOf(at("dataset"), ...node())).toContain("--entries");
    const short = await messageOf(
      at("dataset"),
      ...node(),
      "--entries",
      "x",
      "--manifest-hash",
      "0x1",
    );
    expect(short).toContain("--manifest-hash");
  });
});
