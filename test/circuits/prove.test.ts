import { afterAll, describe, expect, test, vi } from "vitest";
import { readArtifact, readVerificationKey } from "../../circuits/artifacts/read.ts";
import { SIZES, type Size } from "../../circuits/statement/criteria/program.ts";
import { verifyOne } from "../../circuits/statement/proof/proof.ts";
import { listSignals } from "../../circuits/statement/proof/signals.ts";
import {
  NotEligibleError,
  type ProvingPhase,
  prove,
  releaseProver,
  signalsOf,
} from "../../circuits/witness/prove.ts";
import { LEAVES, leafOn, programOf, recordOf, statementOf } from "./example.ts";
import { unpackedFile } from "./unpackedFile.ts";

const sizes = Object.keys(SIZES).map(Number) as Size[];

async function artifactsOf(size: Size) {
  const { circuit } = SIZES[size];
  const wasm = await readArtifact(`${circuit}.wasm`);
  // One size from bytes, as in a browser, the other from a file, as in Node.
  const name = `${circuit}.zkey` as const;
  return { wasm, zkey: await (size === 8 ? readArtifact(name) : unpackedFile(name)) };
}

afterAll(releaseProver);

describe.each(sizes)("eligibility-%i", (size) => {
  test("proves a statement that the verification key accepts, for its signals only", async () => {
    const statement = statementOf({ program: programOf(LEAVES, { size }) });
    const phases: ProvingPhase[] = [];
    const { proof, signals } = await prove({
      ...statement,
      artifacts: artifactsOf(size),
      onPhase: (phase) => phases.push(phase),
    });
    expect(phases).toEqual(["keys", "witness", "proof"]);
    expect(signals).toEqual(signalsOf(statement));
    const key = await readVerificationKey(SIZES[size].circuit);
    const list = listSignals(signals).map(String);
    expect(await verifyOne({ key, proof, signals: list })).toBe(true);
    for (let i = 0; i < list.length; i++) {
      const tampered = list.with(i, String(BigInt(list[i]!) + 1n));
      expect(await verifyOne({ key, proof, signals: tampered }), `signal ${i}`).toBe(false);
    }
  });
});

describe("the prover", () => {
  test("refuses a record that is not eligible before any proof is made", async () => {
    const phases: ProvingPhase[] = [];
    const hopeless = statementOf({ program: programOf([leafOn(4711n)]) });
    const attempt = prove({
      ...hopeless,
      artifacts: artifactsOf(8),
      onPhase: (phase) => phases.push(phase),
    });
    await expect(attempt).rejects.toThrow(NotEligibleError);
    expect(phases).not.toContain("proof");
  });

  test("tells nothing secret when a constraint fails, and prints nothing", async () => {
    const prints = [vi.spyOn(console, "error"), vi.spyOn(console, "log")];
    const record = recordOf(undefined, { completeFor: [] });
    const statement = statementOf({ record });
    const error: Error = await prove({ ...statement, artifacts: artifactsOf(8) }).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error.message).toContain("does not hold");
    expect(error.cause).toBeUndefined();
    for (const print of prints) expect(print).not.toHaveBeenCalled();
    // Whatever else is printed afterwards is printed.
    console.error("of somebody else");
    expect(prints[0]).toHaveBeenCalledWith("of somebody else");
    vi.restoreAllMocks();
    const secrets = [statement.identitySecret, record.blinding, ...record.facts].map(String);
    for (const secret of secrets) expect(`${error.message}${error.stack}`).not.toContain(secret);
  });

  test("refuses the other circuit's artifacts", async () => {
    const statement = statementOf();
    await expect(prove({ ...statement, artifacts: artifactsOf(32) })).rejects.toThrow();
  });
});
