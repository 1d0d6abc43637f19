// The contracts' sources as the compiler reads them: syntax trees to mutate, and bytecode of a
// mutated copy. Without the optimizer: a mutant compiles in a second, not six, and means the same.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { root } from "../../scripts/tool.ts";

export type Node = {
  readonly nodeType: string;
  /** "start:length:file", in bytes. */
  readonly src: string;
  readonly [name: string]: unknown;
};
type Unit = { ast: Node };
type Bytecode = { object: string; linkReferences: object };
type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  sources?: Record<string, Unit>;
  contracts?: Record<string, Record<string, { abi: object[]; evm: { bytecode: Bytecode } }>>;
};
/** Sources by the compiler's name ("contracts/AsOf.sol"). */
export type Sources = Readonly<Record<string, string>>;
export type Compiled = { abi: object[]; bytecode: string; linkReferences: object };

/** What the tests deploy of ours; each has the name of its file. */
export const DEPLOYED = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Screening",
  "Enrollment",
  "exchange/StaffRegistry",
  "exchange/DepositLog",
  "exchange/CutRegistry",
  "exchange/CustodyLog",
  "exchange/EmergencyAccess",
  "exchange/PersonTags",
].map((name) => `contracts/${name}.sol`);
/** One of the generated verifiers: what is in no contract above is in each of these. */
export const VERIFIER = "contracts/generated/EligibilityVerifier8.sol";

/** Every source written by hand. */
export function readSources(): Sources {
  const names = ["contracts", "contracts/exchange"].flatMap((folder) =>
    readdirSync(root + folder).map((name) => `${folder}/${name}`),
  );
  const written = names.filter((name) => name.endsWith(".sol")).sort();
  return Object.fromEntries(written.map((name) => [name, read(name)]));
}

/** The syntax tree of each source. */
export function parse(sources: Sources): Record<string, Node> {
  const output = run(sources, Object.keys(sources), { "": ["ast"] });
  return Object.fromEntries(Object.keys(sources).map((name) => [name, output.sources![name]!.ast]));
}

/**
 * Files whose code is in a deployed contract: what it imports, and what those import. Of another
 * deployed contract it only knows the interface.
 */
export function partsOf(trees: Record<string, Node>, file: string): Set<string> {
  const found = new Set([file]);
  for (const name of found) {
    for (const node of trees[name]!.nodes as Node[]) {
      const path = node.absolutePath as string;
      if (node.nodeType !== "ImportDirective" || !(path in trees)) continue;
      if (!DEPLOYED.includes(path)) found.add(path);
    }
  }
  return found;
}

/** Compiles the deployed contracts in `files`. A string says why it does not compile. */
export function compileFiles(
  sources: Sources,
  files: readonly string[],
): Record<string, Compiled> | string {
  const output = run(sources, files, {
    "*": ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences"],
  });
  const errors = output.errors?.filter(({ severity }) => severity === "error") ?? [];
  if (errors.length > 0) return errors.map(({ formattedMessage }) => formattedMessage).join("\n");
  return Object.fromEntries(
    files.map((file) => {
      const { abi, evm } = output.contracts![file]![nameOf(file)]!;
      const { object, linkReferences } = evm.bytecode;
      return [file, { abi, bytecode: `0x${object}`, linkReferences }];
    }),
  );
}

/** "Enrollment" of "contracts/Enrollment.sol". */
export function nameOf(file: string): string {
  return basename(file, ".sol");
}

/** One compiler for all: loading it takes half a second. */
let solc: { compile(input: string, callbacks: object): string } | undefined;

function run(sources: Sources, files: readonly string[], outputs: object): Output {
  solc ??= createRequire(import.meta.url)("solc") as NonNullable<typeof solc>;
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(
      files.map((file) => [file, { content: sources[file] ?? read(file) }]),
    ),
    settings: {
      evmVersion: "cancun",
      // Without the hash of the source, equal bytecode means an equal contract.
      metadata: { appendCBOR: false, bytecodeHash: "none" },
      outputSelection: Object.fromEntries(files.map((file) => [file, outputs])),
    },
  };
  const callbacks = { import: (path: string) => ({ contents: sources[path] ?? read(path) }) };
  return JSON.parse(solc.compile(JSON.stringify(input), callbacks)) as Output;
}

function read(path: string): string {
  const own = root + path;
  return readFileSync(existsSync(own) ? own : `${root}node_modules/${path}`, "utf8");
}
