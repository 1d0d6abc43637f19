// Several acts at once with one key: in one process, in two, and what must not be tried again.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Wallet } from "ethers";
import { describe, expect, test } from "vitest";
import { signInActor } from "../../client/actor/actor.ts";
import { connect } from "../../client/api/api.ts";
import { accredit } from "../../client/governance/accredit.ts";
import { openServed } from "../support/served.ts";

const CLI = fileURLToPath(new URL("../../client/cli.ts", import.meta.url));
const { stage, server } = await openServed();
const { url } = server;
const governance = () => new Wallet(stage.actors.governance.privateKey);
const newcomer = () => Wallet.createRandom().address;

const isAccredited = (account: string) =>
  stage.chain.contracts.accreditation.isAccredited(1, account);

/** Everybody accredited at once, each by an actor that signed in on its own; who is, afterwards. */
async function accreditAtOnce(accounts: readonly string[]): Promise<boolean[]> {
  const signIns = accounts.map(() => signInActor({ api: connect({ url }), signer: governance() }));
  const actors = await Promise.all(signIns);
  const acts = accounts.map((account, i) =>
    accredit(actors[i]!, { role: "clinic", account, name: `Clinic ${i}` }),
  );
  await Promise.all(acts);
  return Promise.all(accounts.map(isAccredited));
}

/** `cohort governance accredit`, as a process of its own. */
function accreditByCommand(account: string): Promise<{ code: number | null; said: string }> {
  const args = [CLI, "--server", url, "governance", "accredit", "clinic", account, "By command"];
  const env = { ...process.env, COHORT_KEY: governance().privateKey };
  const child = spawn(process.execPath, args, { env });
  let said = "";
  child.stdout.on("data", (chunk) => (said += chunk));
  child.stderr.on("data", (chunk) => (said += chunk));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, said })));
}

/** An actor whose acts handed to the relayer are counted. */
async function countedActor(signer: Wallet) {
  let acts = 0;
  const counting: typeof fetch = (input, init) => {
    if (String(init?.body).includes("mutation Relay")) acts++;
    return fetch(input, init);
  };
  const actor = await signInActor({ api: connect({ url, fetch: counting }), signer });
  return { actor, acts: () => acts };
}

describe("acts with one key", () => {
  test("started at once in one process all succeed", async () => {
    const accounts = Array.from({ length: 5 }, newcomer);
    expect(await accreditAtOnce(accounts)).toEqual(accounts.map(() => true));
  });

  test("started at once in several processes all succeed", async () => {
    const accounts = Array.from({ length: 3 }, newcomer);
    const beside = accreditAtOnce([newcomer(), newcomer()]);
    const commands = await Promise.all(accounts.map(accreditByCommand));
    expect(commands.map(({ code, said }) => (code === 0 ? "done" : said))).toEqual(
      accounts.map(() => "done"),
    );
    expect(await beside).toEqual([true, true]);
    expect(await Promise.all(accounts.map(isAccredited))).toEqual(accounts.map(() => true));
  });

  test("do not wait for ever behind one that was refused", async () => {
    const actor = await signInActor({ api: connect({ url }), signer: governance() });
    const { address: known } = stage.actors.clinic;
    const refused = accredit(actor, { role: "clinic", account: known, name: "Again" });
    const [first, second] = await Promise.allSettled([
      refused,
      accredit(actor, { role: "clinic", account: newcomer(), name: "After it" }),
    ]);
    expect(first).toMatchObject({ status: "rejected", reason: { code: "AlreadyAccredited" } });
    expect(second.status).toBe("fulfilled");
  });
});

describe("an act is handed in once", () => {
  test("when it is refused for another reason", async () => {
    const { actor, acts } = await countedActor(governance());
    const { address: account } = stage.actors.clinic;
    const refused = accredit(actor, { role: "clinic", account, name: "Again" });
    await expect(refused).rejects.toMatchObject({ code: "AlreadyAccredited" });
    expect(acts()).toBe(1);
  });

  test("when its signature is somebody else's", async () => {
    const { actor, acts } = await countedActor(governance());
    const stranger = Wallet.createRandom();
    // Signed in as governance, and signs with another key from then on.
    actor.signer.signTypedData = (...typed) => stranger.signTypedData(...typed);
    const refused = accredit(actor, { role: "clinic", account: newcomer(), name: "Forged" });
    await expect(refused).rejects.toMatchObject({ code: "InvalidSignature" });
    expect(acts()).toBe(1);
  });
});
