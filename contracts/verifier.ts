// Generates the Solidity verifier of an eligibility circuit from its verification key: snarkjs's own
// template for one proof, ManyProofs.sol for many, and `key()`, which CircuitRegistry checks. Run it
// after the keys change:
//   node contracts/verifier.ts            writes contracts/generated/EligibilityVerifier{8,32}.sol
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SIZES, type Size } from "../circuits/statement/criteria/program.ts";
import {
  parseVerificationKey,
  type VerificationKey,
} from "../circuits/statement/proof/proofKey.ts";
import { SIGNALS } from "../circuits/statement/proof/signals.ts";
import { keyWords } from "./keyWords.ts";

export { keyWords };

const GENERATED = new URL("./generated/", import.meta.url);
const MANY_PROOFS = "../ManyProofs.sol";

/** Name of the Solidity contract of a circuit size. */
export function verifierName(size: Size): string {
  return `EligibilityVerifier${size}`;
}

/**
 * The Solidity source of a key's verifier. One with another number of signals (Semaphore's, in
 * tests) verifies one proof at a time only.
 */
export function renderVerifier({ name, key }: { name: string; key: VerificationKey }): string {
  const source = renderTemplate(key)
    .replace(/^pragma solidity .*$/m, "pragma solidity 0.8.37;")
    .replace("contract Groth16Verifier", `contract ${name}`)
    .trimEnd();
  return key.nPublic === SIGNALS.length ? verifyingMany(source, key) : source;
}

function verifyingMany(source: string, key: VerificationKey): string {
  const words = keyWords(key).map(({ constant }) => constant);
  const body = `
    /// The key above, word by word: alpha, beta, gamma, delta, IC0 to IC${key.nPublic}.
    function key() public pure override returns (uint256[${words.length}] memory) {
        return [uint256(${words[0]}), ${words.slice(1).join(", ")}];
    }
}
`;
  return source
    .replace(/^pragma .*$/m, (pragma) => `${pragma}\n\nimport {ManyProofs} from "${MANY_PROOFS}";`)
    .replace(/^contract \w+/m, (head) => `${head} is ManyProofs`)
    .replace(/\}$/, body);
}

function renderTemplate(key: VerificationKey): string {
  const fromSnarkjs = createRequire(createRequire(import.meta.url).resolve("snarkjs"));
  const ejs = fromSnarkjs("ejs") as { render: (template: string, data: object) => string };
  const folder = dirname(dirname(createRequire(import.meta.url).resolve("snarkjs")));
  const template = readFileSync(join(folder, "templates/verifier_groth16.sol.ejs"), "utf8");
  return ejs.render(template, key);
}

/** Path of a generated verifier. */
export function verifierPath(size: Size): string {
  return fileURLToPath(new URL(`${verifierName(size)}.sol`, GENERATED));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const size of [8, 32] as const) {
    const file = new URL(`../circuits/artifacts/${SIZES[size].circuit}.vkey.json`, import.meta.url);
    const key = parseVerificationKey(JSON.parse(readFileSync(file, "utf8")));
    writeFileSync(verifierPath(size), renderVerifier({ name: verifierName(size), key }));
    console.log(`wrote contracts/generated/${verifierName(size)}.sol`);
  }
}
