// A report's hash on the chain: whoever has the report then sees that it is not younger than that
// block.
import { getAddress, type JsonRpcProvider, type Signer } from "ethers";
import { z } from "zod";
import { InputError } from "../../files/inputError.ts";
import type { Request } from "../node/rpc.ts";
import { type AuditReport, reportHash } from "./report.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);

export const reportAnchorSchema = z.object({
  format: z.literal("cohort-zero/audit-anchor/1"),
  reportHash: hash,
  transaction: hash,
  block: z.int().nonnegative(),
});
export type ReportAnchor = z.infer<typeof reportAnchorSchema>;

/**
 * Sends the hash as the data of a transaction to oneself that carries no value, and waits until it
 * is in a block; the signer pays for it. Throws ethers' errors.
 */
export async function anchorReport(
  report: AuditReport,
  { signer, provider }: { readonly signer: Signer; readonly provider: JsonRpcProvider },
): Promise<ReportAnchor> {
  const data = reportHash(report);
  const payer = signer.connect(provider);
  const call = { to: await payer.getAddress(), data };
  const gasPrice = BigInt(await provider.send("eth_gasPrice", []));
  const gasLimit = await payer.estimateGas(call);
  // A price of one kind, which every chain takes.
  const sent = await payer.sendTransaction({ ...call, type: 0, gasPrice, gasLimit });
  const receipt = await sent.wait();
  const { hash: transaction, blockNumber: block } = receipt!;
  return { format: "cohort-zero/audit-anchor/1", reportHash: data, transaction, block };
}

const sentTransaction = z.object({
  input: z.string(),
  from: z.string(),
  blockNumber: z.string().nullable(),
});

/**
 * Asks a node of the report's chain for the transaction. Returns who sent it. Throws InputError
 * when it does not hold the report's hash in that block.
 */
export async function checkAnchor(
  report: AuditReport,
  anchor: ReportAnchor,
  request: Request,
): Promise<string> {
  const fail = (what: string): never => {
    throw new InputError(`The anchor ${anchor.transaction} ${what}: ask the auditor about it.`);
  };
  if (anchor.reportHash !== reportHash(report)) return fail("is said to be another report's");
  const chainId = Number(await request("eth_chainId", []));
  if (chainId !== report.chain.chainId) {
    throw new InputError(`The node serves chain ${chainId}, the report is about another one.`);
  }
  const answer = await request("eth_getTransactionByHash", [anchor.transaction]);
  const found = sentTransaction.safeParse(answer);
  if (!found.success) return fail("is not on this node's chain");
  const { input, from, blockNumber } = found.data;
  if (input !== reportHash(report)) return fail("holds another hash than this report's");
  if (Number(blockNumber ?? -1) !== anchor.block) return fail(`is not in block ${anchor.block}`);
  return getAddress(from);
}
