// An auditor's signature over a report (EIP-712): who stands by which verdict about which chain up
// to which block.
import { type Signer, verifyTypedData } from "ethers";
import { type AuditReport, reportHash } from "./report.ts";

const TYPES = {
  AuditReport: [
    { name: "reportHash", type: "bytes32" },
    { name: "verdict", type: "string" },
    { name: "findings", type: "uint256" },
    { name: "headBlock", type: "uint256" },
    { name: "headHash", type: "bytes32" },
  ],
};

export type SignedReport = {
  readonly format: "cohort-zero/audit-signature/1";
  readonly auditor: string;
  readonly reportHash: string;
  readonly signature: string;
};

function typedData(report: AuditReport) {
  const { chain, deployment, verdict, findings } = report;
  const { chainId, head } = chain;
  const domain = { name: "CohortZeroAudit", version: "1", chainId };
  const verifyingContract = deployment.addresses.Enrollment!;
  const message = { reportHash: reportHash(report), verdict, findings: findings.length };
  return {
    domain: { ...domain, verifyingContract },
    message: { ...message, headBlock: head.number, headHash: head.hash },
  };
}

/** Signs a report. */
export async function signReport(report: AuditReport, signer: Signer): Promise<SignedReport> {
  const { domain, message } = typedData(report);
  return {
    format: "cohort-zero/audit-signature/1",
    auditor: await signer.getAddress(),
    reportHash: message.reportHash,
    signature: await signer.signTypedData(domain, TYPES, message),
  };
}

/** True when the signature is the named auditor's over exactly this report. */
export function isSigned(report: AuditReport, signed: SignedReport): boolean {
  const { domain, message } = typedData(report);
  if (message.reportHash !== signed.reportHash) return false;
  try {
    return verifyTypedData(domain, TYPES, message, signed.signature) === signed.auditor;
  } catch {
    return false;
  }
}
