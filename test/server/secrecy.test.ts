import { describe, expect, test } from "vitest";
import { openDatabase } from "../../server/store/database.ts";
import { createLog } from "../../server/work/log.ts";
import { CODE, screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { startNodeProxy } from "../support/control.ts";
import { openServed } from "../support/served.ts";
import { startTestServer } from "../support/server.ts";
import { consentOf, personOf, STAGE_KEYS, screenThrough, submit } from "../support/stage.ts";
import { own as ownTables, derived as tables } from "../support/tables.ts";

const { stage, server } = await openServed();

describe("a patient's way through the server", () => {
  test("leaves neither identifiers nor proofs in the log, and the relayer's key nowhere", async () => {
    const anna = personOf(stage.story, "Anna");
    const { proof } = await screeningOf(stage.story, anna);
    await submit(server, "submitScreening", { ...proof, nullifier: 1n });
    await screenThrough(server, stage.story, anna);
    const consent = await consentOf(stage.story, anna);
    await server.settle((await submit(server, "submitConsent", consent)).id);
    await submit(server, "submitConsent", consent);
    const token = await server.signIn(stage.actors.sponsor);
    await server.ask("{ me { address } }", {}, token);
    const withdrawal = { trialId: stage.story.trialId, pseudonym: anna.pseudonym, code: CODE };
    await server.settle((await submit(server, "submitWithdrawal", { byCode: withdrawal })).id);

    const log = server.logged();
    expect(log).toContain("submission sent");
    const secrets = [
      anna.nullifier,
      anna.commitment,
      anna.pseudonym,
      proof.parts[0]!.points[0],
      CODE,
      CODE.slice(2),
      token,
      KEYS.relayer.privateKey,
      KEYS.relayer.privateKey.slice(2),
    ];
    for (const secret of secrets) expect(log).not.toContain(String(secret));

    await server.stop();
    const database = await openDatabase({ url: undefined, folder: `${server.folder}/database` });
    const stored: string[] = [];
    for (const table of Object.values({ ...tables, ...ownTables })) {
      stored.push(JSON.stringify(await database.db.select().from(table as typeof tables.trials)));
    }
    await database.close();
    const everything = stored.join("\n");
    expect(everything).toContain(String(anna.pseudonym));
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(KEYS.relayer.privateKey.slice(2));
  });
});

describe("an unexpected error", () => {
  test("is masked for the client and logged without what was asked", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const own = await startTestServer(stage.chain, { RPC_URL: proxy.url }, { keys: STAGE_KEYS });
    const token = await own.signIn(stage.actors.sponsor);
    proxy.setFaults(() => "error");
    const { errors, text } = await own.ask("{ me { forwarderNonce } }", {}, token);
    proxy.setUp(true);
    expect(errors[0]).toMatchObject({
      message: "Unexpected error.",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
    expect(text).not.toMatch(/at .*\.ts:|node_modules|127\.0\.0\.1|header not found|stack/);
    expect(own.logged()).toContain("unexpected error");
    expect(own.logged()).not.toContain(stage.actors.sponsor.address.slice(2).toLowerCase());
    await own.end();
    await proxy.stop();
  });
});

describe("the logger", () => {
  test("cuts whatever could be a secret, at any of three depths", () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => lines.push(line) });
    log.info(
      { token: "hidden-1", request: { input: "hidden-2", a: { signature: "hidden-3" } } },
      "m",
    );
    const problem = Object.assign(new Error("Failed query: select hidden-4\nparams: hidden-5"), {
      params: ["hidden-6"],
      request: { body: "hidden-7" },
    });
    log.error({ err: problem }, "failed");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).toContain("[cut]");
    expect(lines.join("")).not.toContain("hidden");
  });
});
