// `cohort audit --verify`: is this report the one that its auditor signed?

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getAddress } from "ethers";
import { z } from "zod";
import { counted } from "../../circuits/statement/encoding/print.ts";
import type { Request } from "../auditor/node/rpc.ts";
import { renderHtml } from "../auditor/report/html.ts";
import { type AuditReport, REPORT_FORMAT, reportHash } from "../auditor/report/report.ts";
import {
  checkAnchor,
  type ReportAnchor,
  reportAnchorSchema,
} from "../auditor/report/reportAnchor.ts";
import { isSigned, type SignedReport } from "../auditor/report/sign.ts";
import type { Context } from "./context.ts";
import { readJson } from "./file.ts";
import { InputError, print } from "./output.ts";

/** What the signature covers; the rest is covered by the hash. */
const REPORT = z.looseObject({
  format: z.literal(REPORT_FORMAT),
  verdict: z.enum(["clean", "findings"]),
  findings: z.array(z.unknown()),
  chain: z.looseObject({
    chainId: z.int().positive(),
    head: z.looseObject({ number: z.int().nonnegative(), hash: z.string() }),
  }),
  deployment: z.looseObject({ addresses: z.looseObject({ Enrollment: z.string() }) }),
});
const SIGNED = z.object({
  format: z.literal("cohort-zero/audit-signature/1"),
  auditor: z.string().transform((address) => getAddress(address)),
  reportHash: z.string(),
  signature: z.string(),
});

/**
 * Checks `report.json` in a folder against `report.signature.json`, `report.html` against both, and
 * with a node where the hash was anchored.
 * That the auditor is one to be trusted is for the reader to know: the address is printed.
 * @throws {InputError} when a file is missing, malformed, changed or signed by nobody
 */
export async function verifyReport(
  context: Context,
  folder: string,
  node?: Request,
): Promise<void> {
  const report = read(folder, "report.json", REPORT) as unknown as AuditReport;
  const signed: SignedReport = read(folder, "report.signature.json", SIGNED);
  if (!isSigned(report, signed)) {
    throw new InputError(
      `${folder}: the signature is not ${signed.auditor}'s over this report, whose hash is ${reportHash(report)}. The report or its signature was changed: ask the auditor for both again.`,
    );
  }
  const page = checkPage(folder, report);
  const anchor = await readAnchor(folder, report, node);
  const { chain, verdict, findings } = report;
  const { auditor, reportHash: hash } = signed;
  const text = [
    `Signed by ${auditor}: ${verdict === "clean" ? "clean" : counted(findings.length, "finding")}`,
    `Chain ${chain.chainId} up to block ${chain.head.number}, report hash ${hash}`,
    page ? "report.html shows this report" : "There is no report.html to compare",
    ...anchorWords(anchor),
  ];
  const head = { block: chain.head.number, blockHash: chain.head.hash };
  const data = { auditor, hash, verdict, findings: findings.length, chainId: chain.chainId };
  print(context.json, { ...data, ...head, isPageCompared: page, anchor }, text.join("\n"));
}

type Anchor = ReportAnchor & { readonly isChecked: boolean; readonly by?: string };

/** Where the hash is on the chain; undefined when the report was not anchored. */
async function readAnchor(
  folder: string,
  report: AuditReport,
  node: Request | undefined,
): Promise<Anchor | undefined> {
  if (!existsSync(join(folder, "report.anchor.json"))) {
    if (node === undefined) return undefined;
    throw new InputError(`${folder}: this report was not anchored; leave out --rpc`);
  }
  const anchor = read(folder, "report.anchor.json", reportAnchorSchema);
  if (node === undefined) return { ...anchor, isChecked: false };
  return { ...anchor, isChecked: true, by: await checkAnchor(report, anchor, node) };
}

function anchorWords(anchor: Anchor | undefined): string[] {
  if (anchor === undefined) return [];
  const { block, transaction, isChecked, by } = anchor;
  if (isChecked) return [`Its hash is on the chain since block ${block}, sent by ${by}`];
  return [
    `Anchored, it says, by ${transaction} in block ${block}: name a node with --rpc to check`,
  ];
}

function read<T extends z.ZodType>(folder: string, name: string, schema: T): z.output<T> {
  const file = join(folder, name);
  if (!existsSync(file)) {
    throw new InputError(`${file}: not there; audit --out <folder> --sign writes it`);
  }
  const json = readJson(file);
  try {
    return schema.parse(json);
  } catch {
    throw new InputError(`${file}: not what audit --out <folder> --sign writes`);
  }
}

/** True when the page is this report's, false when there is none. Throws when it is another's. */
function checkPage(folder: string, report: AuditReport): boolean {
  const file = join(folder, "report.html");
  if (!existsSync(file)) return false;
  if (readFileSync(file, "utf8") === pageOf(folder, report)) return true;
  throw new InputError(
    `${file}: does not show the signed report (changed, or written by another release); read report.json`,
  );
}

/** Its auditor may have signed something that is not a whole report. */
function pageOf(folder: string, report: AuditReport): string {
  try {
    return renderHtml(report, reportHash(report));
  } catch {
    throw new InputError(`${join(folder, "report.json")}: signed, and not a whole report`);
  }
}
