// The prover of the wallet's page, without the page: proves in a browser's worker when told, answers with the time.

import type { CircuitName, Size } from "../../circuits/statement/criteria/program.ts";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { prove } from "../../circuits/witness/prove.ts";
import { benchStatement } from "./statement.ts";

type Port = {
  onmessage: ((event: { data: string }) => void) | null;
  postMessage(data: unknown): void;
};
const port = globalThis as unknown as Port;
const loaded = new Map<string, Promise<Uint8Array>>();
let count = 0n;

async function load(name: string): Promise<Uint8Array> {
  const bytes =
    loaded.get(name) ?? fetch(`/${name}`).then(async (a) => new Uint8Array(await a.arrayBuffer()));
  loaded.set(name, bytes);
  return await bytes;
}

async function proveOnce(circuit: CircuitName): Promise<number> {
  const size = (circuit === "eligibility-8" ? 8 : 32) as Size;
  const artifacts = { wasm: await load(`${circuit}.wasm`), zkey: await load(`${circuit}.zkey`) };
  const start = performance.now();
  await prove({ artifacts, ...benchStatement(size), message: toField(count++) });
  return performance.now() - start;
}

port.onmessage = ({ data }) => {
  proveOnce(data as CircuitName).then(
    (time) => port.postMessage({ time }),
    (problem: unknown) => port.postMessage({ problem: String(problem) }),
  );
};
// The library waits for its hash function while it loads; what was told before would be lost.
port.postMessage("ready");
