// The server as its clients see it: downloads that name nobody, and submissions that carry their
// own proof or signature. Built on server/schema.graphql; a test checks every document against it.
import type { Signer } from "ethers";
import { Refusal } from "../circuits/statement/refusal.ts";
import { publishBatch, readAccount, signIn, signOut, uploadDocument } from "./api/account.ts";
import { type Bucket, downloadBucket, uploadBucket } from "./api/bucket.ts";
import { type AuditEvent, listEvents, listTrialEvents, watchTrialEvents } from "./api/event.ts";
import {
  listParticipants,
  type Participant,
  type Recruitment,
  readRecruitment,
} from "./api/recruitment.ts";
import {
  type AccreditationInfo,
  type DeploymentInfo,
  listAccreditations,
  type RecordsState,
  readBatchLeaves,
  readDeployment,
  readRecordsState,
} from "./api/registry.ts";
import {
  findSubmission,
  readGasUsed,
  relay,
  type Submission,
  submitAttestedRecord,
  submitConsent,
  submitScreening,
  submitSiteAct,
  submitSuccession,
  submitWithdrawal,
  toRefusal,
  watchSubmission,
} from "./api/submission.ts";
import { follow, subscribe } from "./api/subscribe.ts";
import { download, type Operation, request, type Transport } from "./api/transport.ts";
import {
  findTrial,
  listTrials,
  type PublicState,
  readPublicState,
  type TrialSummary,
} from "./api/trial.ts";

const DEFAULTS = { timeoutMs: 30_000, retries: 3, patienceMs: 180_000 };

/** How far a submission must have come: in a block, or in one that can't be undone. */
export type Until = "mined" | "final";

export type Api = {
  readonly transport: Transport;
  readonly run: <T>(operation: Operation<T>, variables?: Record<string, unknown>) => Promise<T>;
  readonly deployment: () => Promise<DeploymentInfo>;
  readonly recordsState: () => Promise<RecordsState>;
  readonly accreditations: () => Promise<AccreditationInfo[]>;
  readonly trials: () => Promise<TrialSummary[]>;
  /** Refuses with `UnknownTrial`. */
  readonly trial: (protocolNumber: string) => Promise<TrialSummary>;
  /** Refuses with `UnknownTrial`. */
  readonly publicState: (trialId: string) => Promise<PublicState>;
  /** Everything the contracts logged about a trial, oldest first. */
  readonly trialEvents: (protocolNumber: string) => Promise<AuditEvent[]>;
  /** Everything the contracts logged, oldest first. */
  readonly events: () => Promise<AuditEvent[]>;
  /** Its events from now on, until the signal aborts or the stream breaks. */
  readonly watchTrial: (
    trialId: string,
    how?: { signal?: AbortSignal; onOpen?: () => void },
  ) => AsyncGenerator<AuditEvent>;
  /** How it recruits, without the groups. Refuses with `UnknownTrial`. */
  readonly recruitment: (protocolNumber: string) => Promise<Recruitment>;
  /** Everybody who ever consented, by pseudonym. */
  readonly participants: (protocolNumber: string) => Promise<Participant[]>;
  /** A public file by its fixed path on the server. */
  readonly download: (path: string) => Promise<Uint8Array>;
  readonly submit: (kind: keyof typeof SUBMIT, input: unknown) => Promise<Submission>;
  /** Waits for a submission; throws the Refusal the contract answered, if it did. */
  readonly settle: (
    submission: Submission,
    options?: { until?: Until; onChange?: (submission: Submission) => void },
  ) => Promise<Submission>;
  /** What a submission's transaction took; null until it is mined. */
  readonly gasUsed: (submission: Submission) => Promise<number | null>;
  readonly signIn: (options: { signer: Signer; now?: number }) => Promise<Api>;
  readonly signOut: () => Promise<boolean>;
  readonly account: () => ReturnType<typeof request<AccountInfo>>;
  readonly uploadDocument: (document: { content: string; mediaType: string }) => Promise<string>;
  readonly publishBatch: (batch: { root: bigint; leaves: readonly bigint[] }) => Promise<void>;
  /** A batch's leaves by its root; undefined when the server holds none. Rebuild the root. */
  readonly batchLeaves: (root: bigint) => Promise<readonly bigint[] | undefined>;
  /** Puts a clinic's newest bucket of re-issued records in place of the one before. */
  readonly publishBucket: (bucket: Bucket & { bytes: Uint8Array }) => Promise<void>;
  /** A bucket whole; undefined when the clinic has published none of this number. */
  readonly recordBucket: (bucket: Bucket) => Promise<Uint8Array | undefined>;
};
type AccountInfo = typeof readAccount extends Operation<infer T> ? T : never;

const SUBMIT = {
  screening: submitScreening,
  consent: submitConsent,
  withdrawal: submitWithdrawal,
  attestedRecord: submitAttestedRecord,
  siteAct: submitSiteAct,
  succession: submitSuccession,
  forwardRequest: relay,
} as const;

/** A client of the server at `url`. Nothing is sent until a method is called. */
export function connect(options: Partial<Transport> & { url: string }): Api {
  const transport: Transport = {
    timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
    retries: options.retries ?? DEFAULTS.retries,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    token: options.token,
    url: options.url.replace(/\/+$/, ""),
  };
  const run: Api["run"] = (operation, variables) => request(transport, operation, variables);
  const known = async <T>(answer: Promise<T | null>): Promise<T> => {
    const value = await answer;
    if (value === null) throw new Refusal("UnknownTrial");
    return value;
  };
  return {
    transport,
    run,
    deployment: () => run(readDeployment),
    recordsState: () => run(readRecordsState),
    accreditations: () => pages(run, listAccreditations, (page) => page.accreditations),
    trials: () => pages(run, listTrials, (page) => page.trials),
    trialEvents: (protocolNumber) =>
      pages(run, listTrialEvents, (page) => page.events, { protocolNumber }),
    events: () => pages(run, listEvents, (page) => page.events),
    watchTrial: (trialId, how) => subscribe(transport, watchTrialEvents, { trialId }, how),
    recruitment: (protocolNumber) => known(run(readRecruitment, { protocolNumber })),
    participants: (protocolNumber) =>
      pages(run, listParticipants, (page) => page.participants, { protocolNumber }),
    trial: (protocolNumber) => known(run(findTrial, { protocolNumber })),
    publicState: (trialId) => known(run(readPublicState, { trialId })),
    download: (path) => download(transport, path),
    submit: (kind, input) => run(SUBMIT[kind], { input: plain(input) }),
    settle: (submission, how) => settle(transport, submission, how),
    gasUsed: ({ id }) => run(readGasUsed, { id }),
    signIn: ({ signer, now }) => signedIn(transport, signer, now ?? Date.now()),
    signOut: () => run(signOut),
    account: () => run(readAccount),
    uploadDocument: async (document) => (await run(uploadDocument, document)).hash,
    publishBatch: async (batch) => {
      await run(publishBatch, plain(batch) as Record<string, unknown>);
    },
    batchLeaves: (root) => run(readBatchLeaves, { root: root.toString() }),
    publishBucket: (bucket) => uploadBucket(transport, bucket),
    recordBucket: (bucket) => downloadBucket(transport, bucket),
  };
}

async function signedIn(transport: Transport, signer: Signer, now: number): Promise<Api> {
  const { chainId, signInDomain: domain } = await request(transport, readDeployment);
  const { token } = await signIn({ transport, signer, domain, chainId, now });
  return connect({ ...transport, token });
}

async function pages<P extends { next: string | undefined }, T>(
  run: Api["run"],
  operation: Operation<P>,
  items: (page: P) => T[],
  variables: Record<string, unknown> = {},
): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const page: P = await run(operation, { ...variables, after });
    all.push(...items(page));
    after = page.next;
  } while (after !== undefined);
  return all;
}

async function settle(
  transport: Transport,
  submission: Submission,
  how: { until?: Until; onChange?: (submission: Submission) => void } = {},
): Promise<Submission> {
  const ends = how.until === "mined" ? ["mined", "final", "refused"] : ["final", "refused"];
  const done = ({ state }: Submission) => ends.includes(state);
  const settled = done(submission)
    ? submission
    : await follow({
        transport,
        stream: watchSubmission,
        poll: findSubmission,
        variables: { id: submission.id },
        done,
        onChange: how.onChange,
        patienceMs: DEFAULTS.patienceMs,
      });
  if (settled.refusal !== null) throw toRefusal(settled.refusal);
  return settled;
}

/** JSON has no bigints: numbers of the field and of Solidity travel as decimal text. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
