// A proven audit that is cut goes on proven, and from nothing else.
import { expect, test } from "vitest";
import { audit } from "../../client/auditor/audit/audit.ts";
import type { CheckpointStore } from "../../client/auditor/audit/checkpoint.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { KEYS, openPlayed } from "./history.ts";
import { shortRanged } from "./limping.ts";
import { about, auditProven, lyingNode } from "./proving.ts";

const history = await openPlayed();

function keep(onWrite?: (writes: number) => void): CheckpointStore & { text?: string } {
  let writes = 0;
  const store: CheckpointStore & { text?: string } = {
    name: "progress.json",
    read: async () => store.text,
    write: async (text) => {
      store.text = text;
      onWrite?.(++writes);
    },
  };
  return store;
}
const short = () => shortRanged(history.request, 10).request;
const cut = new Error("cut");
const cutAfter = (chunks: number) =>
  keep((writes) => {
    if (writes === chunks) throw cut;
  });

test("a checkpoint of a proven audit goes on proven, and one that was not proven is refused", async () => {
  const half = cutAfter(2);
  await expect(auditProven(history, short(), { checkpoint: half })).rejects.toThrow(cut);
  const rest = { ...keep(), read: async () => half.text };
  expect((await auditProven(history, short(), { checkpoint: rest })).findings).toEqual([]);
  const plain = await openChain({ request: short(), deployment: history.world.deployment });
  const unproven = audit({ source: plain, keys: KEYS, checkpoint: rest });
  await expect(unproven).rejects.toThrow(/a checkpoint of another audit/);
});

test("a checkpoint goes on only from the block that the next one follows", async () => {
  const half = cutAfter(2);
  await expect(auditProven(history, short(), { checkpoint: half })).rejects.toThrow(cut);
  const { number, hash } = (JSON.parse(half.text!) as { block: { number: number; hash: string } })
    .block;
  const other = `0xee${hash.slice(4)}`;
  const forged = { ...keep(), read: async () => half.text!.replace(hash, other) };
  const liar = lyingNode(short(), {
    eth_getBlockByNumber: about(number, (block) => ({ ...block, hash: other })),
  });
  await expect(auditProven(history, liar, { checkpoint: forged })).rejects.toThrow(
    `block ${number + 1} does not follow from the one before it`,
  );
});
