// Where a report's hash is said to be on the chain, against what a node says.
import { id } from "ethers";
import { expect, test } from "vitest";
import { type AuditReport, reportHash } from "../../client/auditor/report/report.ts";
import { checkAnchor, type ReportAnchor } from "../../client/auditor/report/reportAnchor.ts";

const report = { chain: { chainId: 7 }, verdict: "clean" } as AuditReport;
const from = `0x${"1a".repeat(20)}`;
const input = reportHash(report);
const anchor: ReportAnchor = {
  ...{ format: "cohort-zero/audit-anchor/1", reportHash: input },
  ...{ transaction: id("transaction"), block: 9 },
};

/** Checks the anchor at a node of this chain that knows this transaction. */
function check(transaction: unknown, { chainId = 7, is = anchor } = {}) {
  const answers: Record<string, unknown> = {
    eth_chainId: `0x${chainId}`,
    eth_getTransactionByHash: transaction,
  };
  return checkAnchor(report, is, async (method) => answers[method]);
}
const mined = { input, from, blockNumber: "0x9" };

test("an anchor that holds the report's hash names who sent it", async () => {
  expect((await check(mined)).toLowerCase()).toBe(from);
});

test.each([
  ["that nobody sent", null, {}, "not on this node's chain"],
  ["that holds another hash", { ...mined, input: id("other") }, {}, "holds another hash"],
  ["of another block", { ...mined, blockNumber: "0x8" }, {}, "is not in block 9"],
  ["that waits to be mined", { ...mined, blockNumber: null }, {}, "is not in block 9"],
  ["on another chain", mined, { chainId: 8 }, "serves chain 8"],
  [
    "said to be another report's",
    mined,
    { is: { ...anchor, reportHash: id("other") } },
    "another report's",
  ],
] as const)("one %s is refused", async (_, transaction, options, message) => {
  await expect(check(transaction, options)).rejects.toThrow(message);
});
