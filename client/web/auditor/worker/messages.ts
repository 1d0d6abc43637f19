// What the page and its worker say to each other: plain data both ways.
import type { AuditProgress, AuditReport, CheckedTransaction } from "../../../auditor/browser.ts";
import type { Reply } from "../../shared/linkWorker.ts";

/** A node of the auditor's choosing, and the deployment file's JSON. */
export type Access = {
  readonly node: string;
  readonly deployment: unknown;
  /** Where the contracts are is this server's word, and no file of the auditor's. */
  readonly isToldByServer: boolean;
};

type HistoryOptions = {
  readonly trial?: string | undefined;
  readonly from?: number | undefined;
  /** Compares what this server tells people with the chain. */
  readonly isCompared: boolean;
  /** Proves every log and time from the last block's hash. */
  readonly isProven: boolean;
};
/** The report so far: opened criteria are added to it. */
export type HistoryResult = {
  readonly report: AuditReport;
  readonly hash: string;
  /** How opened texts fared, newest last. */
  readonly said?: string;
};
export const FILES = [
  "report.html",
  "report.json",
  "events.csv",
  "AuditEvent.ndjson",
  "AuditEvent.disclosures.ndjson",
  "Provenance.ndjson",
  "ResearchStudy.ndjson",
  "ResearchSubject.ndjson",
  "Consent.ndjson",
] as const;
export type FileName = (typeof FILES)[number];

/** What can be asked of the worker, and what it answers. */
export type Asked = {
  readonly verify: { of: Access & { transaction: string }; answer: CheckedTransaction };
  readonly history: { of: Access & HistoryOptions; answer: HistoryResult };
  readonly bundle: { of: { file: File }; answer: HistoryResult };
  readonly criteria: {
    of: { name: string; published: string; key: string | undefined };
    answer: HistoryResult;
  };
  readonly file: { of: { name: FileName }; answer: Blob };
  readonly stop: { of: { id: number }; answer: undefined };
};
export type Verb = keyof Asked;
export type Question = { [V in Verb]: { id: number; verb: V; of: Asked[V]["of"] } }[Verb];

/** An error as it crosses over: classes do not. */
export type Failure = {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly details?: Readonly<Record<string, string>> | undefined;
};
export type AuditReply = Reply<AuditProgress, Failure>;
