// The server as its clients see it: downloads that name nobody, and submissions that carry their
// own proof or signature. Built on server/schema.graphql; a test checks every document against it.
import type { Signer } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type AccountInfo, publishBatch, readAccount, signOut, uploadDocument } from "./account.ts";
import { type Bucket, downloadBucket, uploadBucket } from "./bucket.ts";
import { type AuditEvent, listEvents, listTrialEvents, watchTrialEvents } from "./event.ts";
import { RecordsFollower } from "./log/recordsLog.ts";
import { TrialFollower } from "./log/trialLog.ts";
import type { Page } from "./operation.ts";
import { listOpinions, type OpinionInfo } from "./opinions.ts";
import {
  listParticipants,
  type Participant,
  type Recruitment,
  readRecruitment,
} from "./recruitment.ts";
import { toRefusal } from "./refusal.ts";
import {
  type AccreditationInfo,
  type DeploymentInfo,
  listAccreditations,
  type RecordsState,
  readBatchLeaves,
  readDeployment,
} from "./registry.ts";
import {
  findSubmission,
  readGasUsed,
  SUBMISSIONS,
  type Submission,
  watchSubmission,
} from "./submission.ts";
import { follow, subscribe } from "./subscribe.ts";
import { download, type Operation, request, type Transport } from "./transport.ts";
import { findTrial, listTrials, type PublicState, type TrialSummary } from "./trial.ts";
import { ServerUnavailable } from "./unavailable.ts";

const DEFAULTS = { timeoutMs: 30_000, retries: 3, patienceMs: 180_000 };

/** How far a submission must have come: in a block, or in one that can't be undone. */
type Until = "mined" | "final";

export type Api = {
  readonly transport: Transport;
  readonly run: <T>(operation: Operation<T>, variables?: Record<string, unknown>) => Promise<T>;
  readonly deployment: () => Promise<DeploymentInfo>;
  /** The whole registry. What was downloaded before is not downloaded again by this client. */
  readonly recordsState: () => Promise<RecordsState>;
  readonly accreditations: () => Promise<AccreditationInfo[]>;
  readonly trials: () => Promise<TrialSummary[]>;
  /** Refuses with `UnknownTrial`. */
  readonly trial: (protocolNumber: string) => Promise<TrialSummary>;
  /** All of a trial, in the same way. Refuses with `UnknownTrial`. */
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
  /** What its board said, oldest first; the words are read by their hash. */
  readonly opinions: (protocolNumber: string) => Promise<OpinionInfo[]>;
  /** A public file by its fixed path on the server. */
  readonly download: (path: string) => Promise<Uint8Array>;
  readonly submit: (kind: keyof typeof SUBMISSIONS, input: unknown) => Promise<Submission>;
  /** Waits for a submission; throws the Refusal the contract answered, if it did. */
  readonly settle: (
    submission: Submission,
    options?: { until?: Until; onChange?: (submission: Submission) => void },
  ) => Promise<Submission>;
  /** What a submission's transaction took; null until it is mined. */
  readonly gasUsed: (submission: Submission) => Promise<number | null>;
  readonly signIn: (options: { signer: Signer; now?: number }) => Promise<Api>;
  readonly signOut: () => Promise<boolean>;
  readonly account: () => Promise<AccountInfo>;
  readonly uploadDocument: (document: { content: string; mediaType: string }) => Promise<string>;
  readonly publishBatch: (batch: { root: bigint; leaves: readonly bigint[] }) => Promise<void>;
  /** A batch's leaves by its root; undefined when the server holds none. Rebuild the root. */
  readonly batchLeaves: (root: bigint) => Promise<readonly bigint[] | undefined>;
  /** Puts a clinic's newest bucket of re-issued records in place of the one before. */
  readonly publishBucket: (bucket: Bucket & { bytes: Uint8Array }) => Promise<void>;
  /** A bucket whole; undefined when the clinic has published none of this number. */
  readonly recordBucket: (bucket: Bucket) => Promise<Uint8Array | undefined>;
};

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
  const known = async <T>(answer: Promise<T | null | undefined>): Promise<T> => {
    const value = await answer;
    if (value == null) throw new Refusal("UnknownTrial");
    return value;
  };
  const registry = new RecordsFollower(transport);
  const trials = new Map<string, TrialFollower>();
  const followed = (trialId: string) => {
    const follower = trials.get(trialId) ?? new TrialFollower(transport, trialId);
    trials.set(trialId, follower);
    return follower;
  };
  return {
    transport,
    run,
    deployment: () => run(readDeployment),
    recordsState: async () => {
      const state = await registry.read();
      if (state === undefined) throw new ServerUnavailable("it serves no registry of records");
      return state;
    },
    accreditations: () => pages(run, listAccreditations),
    trials: () => pages(run, listTrials),
    trialEvents: (protocolNumber) => pages(run, listTrialEvents, { protocolNumber }),
    events: () => pages(run, listEvents),
    watchTrial: (trialId, how) => subscribe(transport, watchTrialEvents, { trialId }, how),
    recruitment: (protocolNumber) => known(run(readRecruitment, { protocolNumber })),
    participants: (protocolNumber) => pages(run, listParticipants, { protocolNumber }),
    opinions: (protocolNumber) => pages(run, listOpinions, { protocolNumber }),
    trial: (protocolNumber) => known(run(findTrial, { protocolNumber })),
    publicState: async (trialId) => (await known(followed(trialId).read())).state,
    download: (path) => download(transport, path),
    submit: (kind, input) => run(SUBMISSIONS[kind], { input }),
    settle: (submission, how) => settle(transport, submission, how),
    gasUsed: ({ id }) => run(readGasUsed, { id }),
    signIn: ({ signer, now }) => signedIn(transport, signer, now ?? Date.now()),
    signOut: () => run(signOut),
    account: () => run(readAccount),
    uploadDocument: async (document) => (await run(uploadDocument, document)).hash,
    publishBatch: async (batch) => void (await run(publishBatch, batch)),
    batchLeaves: (root) => run(readBatchLeaves, { root: root.toString() }),
    publishBucket: (bucket) => uploadBucket(transport, bucket),
    recordBucket: (bucket) => downloadBucket(transport, bucket),
  };
}

async function signedIn(transport: Transport, signer: Signer, now: number): Promise<Api> {
  // Its library is large, and whoever only looks needs none of it.
  const { signIn } = await import("./signIn.ts");
  const { chainId, signInDomain: domain } = await request(transport, readDeployment);
  const { token } = await signIn({ transport, signer, domain, chainId, now });
  return connect({ ...transport, token });
}

async function pages<T>(
  run: Api["run"],
  operation: Operation<Page<T>>,
  variables: Record<string, unknown> = {},
): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const page: Page<T> = await run(operation, { ...variables, after });
    all.push(...page.items);
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
