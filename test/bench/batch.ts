// Building a batch of 4,096 commitments from facts, with our hash library and with plain JavaScript Poseidon.
import * as lite from "poseidon-lite";
import { SENTINEL } from "../../circuits/statement/encoding/fact.ts";
import { hashPair } from "../../circuits/statement/encoding/hash.ts";
import { packHeader } from "../../circuits/statement/encoding/header.ts";
import { buildTree, rootOf } from "../../circuits/statement/encoding/tree.ts";
import { commitRecord, layoutPages, type Record } from "../../circuits/witness/record.ts";
import { type Bench, cost, ms } from "./measure.ts";
import { benchRecord } from "./statement.ts";

const BATCH = 4096;
/** The median of Synthea's patients. */
const FACTS = 169;
/** Records that the slow library commits in a round; its cost is the same for each. */
const SAMPLE = 32;

type Poseidon = (inputs: bigint[]) => bigint;
const plain = (inputs: bigint[]): bigint =>
  (lite as unknown as { [name: string]: Poseidon })[`poseidon${inputs.length}`]!(inputs);

export const batch: Bench = {
  name: "batch",
  about: "build a batch of 4,096 commitments from facts",
  async run(say) {
    say(`${BATCH} records of ${FACTS} facts`);
    const records = Array.from({ length: BATCH }, (_, i) => benchRecord(i, { facts: FACTS }));
    requireSame(records[0]!);
    say("committing and building the tree");
    const commitments: bigint[] = [];
    let slowMs = 0;
    let oursMs = 0;
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      const part = records.slice((round * BATCH) / rounds, ((round + 1) * BATCH) / rounds);
      const ours = await cost(() => commitments.push(...part.map(commitRecord)));
      const slow = await cost(() => part.slice(0, SAMPLE).map(commitPlainly));
      oursMs += ours.wallMs;
      slowMs += (slow.wallMs * part.length) / SAMPLE;
      say(`${commitments.length} of ${BATCH}`);
    }
    const tree = await cost(() => rootOf(buildTree(commitments)));
    const slowTree = await cost(() => pairUp(commitments.slice(0, 256)));
    oursMs += tree.wallMs;
    slowMs += slowTree.wallMs * (BATCH / 256);
    return [
      {
        what: `build a batch of ${BATCH}, ${ms(oursMs)}`,
        baseline: `poseidon-lite, ${ms(slowMs)} (from ${SAMPLE * rounds} records)`,
        measured: `${(slowMs / oursMs).toFixed(1)}x faster`,
        target: "faster",
        reached: oursMs < slowMs,
      },
    ];
  },
};

/** commitRecord with the other library, sharing the hashes of empty pages as it does. */
function commitPlainly({ facts, header, blinding, identityCommitment }: Record): bigint {
  let empty: bigint | undefined;
  const hashes = layoutPages(facts).map((page) => {
    if (!page.every((slot) => slot === SENTINEL)) return plain(page);
    empty ??= plain(page);
    return empty;
  });
  const groups = [0, 16, 32, 48].map((at) => plain(hashes.slice(at, at + 16)));
  return plain([plain(groups), packHeader(header), identityCommitment, blinding]);
}

function pairUp(nodes: readonly bigint[]): bigint {
  if (nodes.length === 1) return nodes[0]!;
  const half = nodes.length / 2;
  return pairUp(Array.from({ length: half }, (_, i) => plain([nodes[2 * i]!, nodes[2 * i + 1]!])));
}

function requireSame(record: Record): void {
  if (commitRecord(record) !== commitPlainly(record)) throw new Error("the libraries disagree");
  if (hashPair(1n, 2n) !== plain([1n, 2n])) throw new Error("the libraries disagree");
}
