// Row 6: a consent that follows its screening at once is matched with it by the clock, and the first one in a fresh group
// with certainty. Through the command line: it waits, whatever the patient does, unless told what sending it costs.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CONSENT_DAY_SECONDS } from "../../circuits/statement/trial/consent.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { openWallet } from "../../client/patient/store.node.ts";
import { PASSPHRASE, PROTOCOL } from "../cli/story.ts";
import { type DeskStage, openDeskStage } from "../support/deskStage.ts";

vi.setConfig({ testTimeout: 300_000 });
let stage: DeskStage;
const CONSENT = ["patient", "consent", PROTOCOL, "--site", "1", "--yes"];

beforeAll(async () => {
  stage = await openDeskStage();
  for (const chart of ["ann", "ben"] as const) {
    const identity = await stage.init(chart);
    const record = await stage.attest({ chart, identity, clinic: "clinic-1" });
    await stage.ok("clinic", "anchor", record, "--as", "clinic-1");
    await stage.ok("patient", "import", record, ...stage.walletOf(chart));
  }
  await stage.ok("patient", "screen", PROTOCOL, ...stage.walletOf("ann"));
}, 600_000);

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const participants = async () => (await stage.api.publicState(trialIdOf(PROTOCOL))).participants;
const walletOf = (name: string) =>
  openWallet({ path: stage.file(`${name}.age`), passphrase: PASSPHRASE });

describe("a consent right after the screening", () => {
  it("refuses to be matched by the clock: it waits in the sealed wallet, and nothing is sent", async () => {
    const { ok, run, walletOf: flags } = stage;
    const settings = ["--others", "1", "--most-days", "5"];
    await ok("patient", "settings", ...settings, ...flags("ann"));
    const said = await run(...CONSENT, ...flags("ann"));
    expect(said.code).toBe(0);
    expect(said.out).toContain("waits on this device");
    expect(said.out).toContain("it can only be yours");
    expect(said.out).toMatch(/withdrawal code .*: [0-9A-Z-]{33}/);
    expect(await participants()).toEqual([]);
    const { waiting } = await walletOf("ann");
    expect(waiting).toMatchObject([{ protocolNumber: PROTOCOL, sent: null }]);
    const status = await ok("patient", "status", PROTOCOL, ...flags("ann"));
    expect(status).toMatchObject({ state: "screening", next: expect.stringContaining("send") });
  });

  it("goes on waiting while nobody else is in the group, however often it is asked", async () => {
    const { ok, travel, walletOf: flags } = stage;
    // The shortest that it may be cut to is a fifth of five days.
    await travel(0.9);
    for (const command of ["send", "refresh"]) {
      const answer = await ok("patient", command, ...flags("ann"));
      const [one] = command === "send" ? answer : answer.consents;
      expect(one).toMatchObject({ outcome: "waiting", others: 0 });
    }
    expect(await participants()).toEqual([]);
  });

  it("does not wait for ever, and tells nothing of the second at which it was given", async () => {
    const { ok, travel, walletOf: flags } = stage;
    await ok("patient", "screen", PROTOCOL, ...flags("ben"));
    await travel(5);
    const [sent] = await ok("patient", "send", ...flags("ann"));
    expect(sent).toEqual({ protocolNumber: PROTOCOL, outcome: "sent" });
    expect(await participants()).toMatchObject([{ state: "eligible" }]);
    expect((await walletOf("ann")).waiting).toEqual([]);
    const events = await stage.api.trialEvents(PROTOCOL);
    const consented = events.find(({ name }) => name === "Consented")!;
    const statement = JSON.parse(consented.arguments.statement!);
    for (const time of [statement.validUntil, statement.submitBy]) {
      expect(BigInt(time) % CONSENT_DAY_SECONDS).toBe(0n);
    }
    const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
    const [year, ...rest] = day(consented.blockTime).split("-");
    expect(day(Number(statement.validUntil))).toBe([Number(year) + 2, ...rest].join("-"));
  });

  it("is taken back before it is sent by withdrawing, and is sent at once only when asked to", async () => {
    const { ok, run, walletOf: flags } = stage;
    await ok(...CONSENT, ...flags("ben"));
    const dropped = await ok("patient", "withdraw", PROTOCOL, ...flags("ben"));
    expect(dropped).toEqual({ dropped: PROTOCOL, wasSent: false });
    expect(await participants()).toHaveLength(1);
    const nothing = await run("patient", "send", ...flags("ben"));
    expect([nothing.code, nothing.err]).toEqual([
      2,
      expect.stringContaining("No consent is waiting"),
    ]);
    await ok(...CONSENT, ...flags("ben"));
    const [sent] = await ok("patient", "send", PROTOCOL, "--now", ...flags("ben"));
    expect(sent.outcome).toBe("sent");
    expect(await participants()).toHaveLength(2);
  });

  it("changes what is allowed at once: the pseudonym is known, and nothing is left to hide", async () => {
    const { ok, travel, walletOf: flags } = stage;
    await travel(1);
    const changed = await ok(...CONSENT, "--permit", "futureResearch", ...flags("ann"));
    expect(changed).toMatchObject({ consented: PROTOCOL });
  });

  it("is still there when the exchange cannot be reached", async () => {
    const { run, walletOf: flags } = stage;
    const identity = await stage.init("eve");
    const record = await stage.attest({ chart: "eve", identity, clinic: "clinic-1" });
    await stage.ok("clinic", "anchor", record, "--as", "clinic-1");
    await stage.ok("patient", "import", record, ...flags("eve"));
    await stage.ok("patient", "screen", PROTOCOL, ...flags("eve"));
    await stage.ok(...CONSENT, ...flags("eve"));
    await stage.stopServer();
    expect((await run("patient", "send", ...flags("eve"))).code).toBe(4);
    expect((await walletOf("eve")).waiting).toHaveLength(1);
  });
});
