// The verifying keys on the chain against the published ones (SECURITY, finding 1).
import { concat, Interface, id, keccak256, toBeHex } from "ethers";
import { type CircuitName, SIZES } from "../../../circuits/statement/criteria/program.ts";
import {
  ForgeableKeyError,
  refuseForgeableKey,
  type VerificationKey,
} from "../../../circuits/statement/proof/proof.ts";
import { SIGNALS } from "../../../circuits/statement/proof/signals.ts";
import { interfaceOf } from "../../../contracts/connect.ts";
import { keyWords } from "../../../contracts/keyWords.ts";
import type { Report } from "../finding/finding.ts";
import { CallReverted } from "../node/rpc.ts";
import { addressesOf, type Source } from "../node/source.ts";
import type { Circuit, World } from "../replay/state.ts";
import type { PublishedKeys } from "./published.ts";

/** Points of the constant and of each public signal, two words each, after the four of the key. */
const SIGNAL_POINTS = SIGNALS.length + 1;
const FIRST_SIGNAL_WORD = 14;
const KEY_WORDS = FIRST_SIGNAL_WORD + 2 * SIGNAL_POINTS;
const VERIFIER = new Interface([`function key() view returns (uint256[${KEY_WORDS}])`]);

/** Asks every registered verifier for its key, and reports what is wrong with it or was left out. */
export async function checkKeys(
  world: World,
  { source, keys, report }: { source: Source; keys: PublishedKeys; report: Report },
): Promise<void> {
  checkOrigin(source, keys.origin, report);
  await checkLeftOut(world, source, report);
  for (const circuit of world.circuits.values()) {
    const words = await readKey(source, circuit);
    const problem = refuseWords(words);
    if (problem !== undefined) {
      report("key/forgeable", `${circuit.name}: ${problem}`, circuit.place);
      continue;
    }
    checkKey({ circuit, words, source, keys, report });
  }
}

/** One word in a deployment file must not take the warning off development keys. */
function checkOrigin(
  { deployment }: Source,
  origin: PublishedKeys["origin"],
  report: Report,
): void {
  if (origin === undefined) return;
  if (deployment.keys !== origin.keys) {
    const reason = `the deployment file calls the keys ${deployment.keys}, they are ${origin.keys}`;
    report("key/origin", reason);
  }
  for (const [file, hash] of Object.entries(deployment.artifactHashes)) {
    const due = origin.artifactHashes[file];
    if (hash === due) continue;
    const reason = `the deployment file gives ${file} as ${hash}, published is ${due ?? "none"}`;
    report("key/origin", reason);
  }
}

/** A circuit of the deployment that no event registered: the node left a log out. */
async function checkLeftOut(world: World, source: Source, report: Report): Promise<void> {
  const registry = interfaceOf("CircuitRegistry");
  const at = addressesOf(source.deployment).CircuitRegistry!;
  for (const name of Object.keys(source.deployment.keyHashes)) {
    const circuit = id(name);
    if (world.circuits.has(circuit)) continue;
    const call = registry.encodeFunctionData("keyHashOf", [circuit]);
    const answer = await callOrNone(source, at, call);
    // No answer: the history asked for ends before the contracts were there.
    if (answer === "0x" || BigInt(answer) === 0n) continue;
    report("state/differs", `CircuitRegistry knows ${name}, and no event registers it`);
  }
}

function isCircuit(name: string): name is CircuitName {
  return Object.values(SIZES).some(({ circuit }) => circuit === name);
}

function checkKey(of: {
  circuit: Circuit;
  words: readonly bigint[];
  source: Source;
  keys: PublishedKeys;
  report: Report;
}): void {
  const { circuit, words, source, keys, report } = of;
  const { name, place } = circuit;
  const published = isCircuit(name) ? keys[name] : undefined;
  if (published === undefined) {
    report("key/unpublished", `circuit ${name} is not among the published ones`, place);
    return;
  }
  const due = keyWords(published).map(({ value }) => value);
  if (due.join() !== words.join()) {
    report("key/mismatch", `${name}: the verifier's key is not the published one`, place);
    return;
  }
  const hash = hashWords(words);
  const isSame = hash === circuit.keyHash && hash === source.deployment.keyHashes[name];
  if (!isSame) {
    report("key/hash", `${name}: registered ${circuit.keyHash}, the key has ${hash}`, place);
  }
}

/** keccak256 of a key's words: what CircuitRegistry holds of it. */
export function hashKey(key: VerificationKey): string {
  return hashWords(keyWords(key).map(({ value }) => value));
}

function hashWords(words: readonly bigint[]): string {
  return keccak256(concat(words.map((word) => toBeHex(word, 32))));
}

/** A contract that reverts answers nothing. */
async function callOrNone(source: Source, to: string, data: string): Promise<string> {
  return await source.call(to, data).catch((error: unknown) => {
    if (error instanceof CallReverted) return "0x";
    throw error;
  });
}

async function readKey(source: Source, { verifier }: Circuit): Promise<bigint[]> {
  const answer = await callOrNone(source, verifier, VERIFIER.encodeFunctionData("key"));
  try {
    return [...(VERIFIER.decodeFunctionResult("key", answer)[0] as bigint[])];
  } catch {
    return [];
  }
}

/** Why anyone could forge proofs for a key; undefined when nobody can as far as its form shows. */
function refuseWords(words: readonly bigint[]): string | undefined {
  if (words.length !== KEY_WORDS) return "the verifier does not tell its key";
  try {
    refuseForgeableKey(keyOfWords(words));
    return undefined;
  } catch (error) {
    if (error instanceof ForgeableKeyError) return error.message;
    throw error;
  }
}

/** Words in EIP-197 order (imaginary part first) as snarkjs has them; infinity as it writes it. */
function keyOfWords(words: readonly bigint[]): Parameters<typeof refuseForgeableKey>[0] {
  const text = words.map(String);
  const g1 = (at: number) =>
    (words[at] === 0n && words[at + 1] === 0n
      ? ["0", "1", "0"]
      : [text[at]!, text[at + 1]!, "1"]) as unknown as VerificationKey["vk_alpha_1"];
  const g2 = (at: number) =>
    (words.slice(at, at + 4).every((word) => word === 0n)
      ? [
          ["0", "0"],
          ["1", "0"],
          ["0", "0"],
        ]
      : [
          [text[at + 1]!, text[at]!],
          [text[at + 3]!, text[at + 2]!],
          ["1", "0"],
        ]) as unknown as VerificationKey["vk_beta_2"];
  const IC = Array.from({ length: SIGNAL_POINTS }, (_, i) => g1(FIRST_SIGNAL_WORD + i * 2));
  return { vk_alpha_1: g1(0), vk_beta_2: g2(2), vk_gamma_2: g2(6), vk_delta_2: g2(10), IC };
}
