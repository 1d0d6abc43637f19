// Visits of a server's public state by heads and segments, and the whole states that they must come to.
import { parseField } from "../../circuits/statement/encoding/field.ts";
import { connect } from "../../client/api/api.ts";
import type { LogKeeper, Received } from "../../client/api/log/head.ts";
import { version } from "../../client/api/trial.ts";
import { readPublicState } from "../../server/participation/state.ts";
import { type RecordsStateShape, readRecordsState } from "../../server/records/state.ts";
import { TRIAL_ID } from "./invention.ts";
import { DEPLOYMENT, type SegmentServer } from "./segmentServer.ts";
import { own, derived as tables } from "./tables.ts";

/** All that public state is asked for by: a subject, and digests of what everybody gets. */
export const PUBLIC_STATE =
  /^\/state\/(records|trials\/0x[0-9a-f]{64}|segments\/(records|0x[0-9a-f]{64})\/[0-9a-f]{64})$/;

/** Everything gone, for the next history. */
export async function empty({ db }: SegmentServer): Promise<void> {
  for (const table of [...Object.values(tables), own.batches]) await db.delete(table as never);
}

const inSeconds = (time: Date | null) => time && Math.floor(time.getTime() / 1000);

/** The whole states as the server's tables have them, with numbers as clients have them. */
export async function wholeStates({ db }: SegmentServer) {
  const state = (await readPublicState({ db, deployment: DEPLOYMENT }, TRIAL_ID))!;
  const without = { document: null, consentForm: null, attestations: null };
  const trial = {
    ...state,
    versions: state.versions.map((one) =>
      version.parse(JSON.parse(JSON.stringify({ ...one, ...without }))),
    ),
    groups: state.groups.map((one) => ({
      ...one,
      groupId: BigInt(one.groupId),
      members: one.members.map(parseField),
    })),
    screenings: state.screenings.map((one) => ({
      nullifier: parseField(one.nullifier),
      version: one.version,
      commitment: parseField(one.commitment),
      issuerTags: one.issuerTags.map(parseField),
    })),
    participants: state.participants.map((one) => ({
      ...one,
      pseudonym: parseField(one.pseudonym),
      sequence: BigInt(one.sequence),
      arriveBy: inSeconds(one.arriveBy),
    })),
  };
  return { trial, records: asDownloaded(await readRecordsState(db)) };
}

const asDownloaded = (state: RecordsStateShape) => ({
  ...state,
  root: parseField(state.root),
  leaves: state.leaves.map((leaf) => ({
    ...leaf,
    value: parseField(leaf.value),
    batchRoot: leaf.batchRoot === null ? null : parseField(leaf.batchRoot),
    anchoredAt: inSeconds(leaf.anchoredAt),
  })),
  roots: state.roots.map((root) => ({
    ...root,
    root: parseField(root.root),
    createdAt: inSeconds(root.createdAt),
    supersededAt: inSeconds(root.supersededAt),
  })),
});

/** What a wallet keeps from one session to the next, and may lose. */
export function keepInMemory(): LogKeeper & { lose: (digest: string) => void } {
  const heads = new Map<string, Received>();
  const kept = new Map<string, string>();
  const nameOf = (subject: string, digest: string) => `${subject} ${digest}`;
  return {
    head: async (subject) => heads.get(subject),
    keepHead: async (subject, head) => void heads.set(subject, head),
    bytes: async (subject, digest) => kept.get(nameOf(subject, digest)),
    keepBytes: async (subject, digest, bytes) => void kept.set(nameOf(subject, digest), bytes),
    keepOnly: async (subject, digests) => {
      for (const name of kept.keys()) {
        const [of, digest] = name.split(" ");
        if (of === subject && !digests.has(digest!)) kept.delete(name);
      }
    },
    lose: (digest) => {
      for (const name of kept.keys()) if (name.endsWith(digest)) kept.delete(name);
    },
  };
}

/** A client that remembers what it asked for, and may be given something else than what came. */
export function visitor(
  server: { readonly url: string },
  change: (path: string, response: Response) => Promise<Response> | Response = (_, r) => r,
) {
  const paths: string[] = [];
  /** Tags of answers that it said it has. */
  const tags: string[] = [];
  const api = connect({
    url: server.url,
    fetch: async (input, init) => {
      const { pathname } = new URL(String(input));
      paths.push(pathname);
      const tag = new Headers(init?.headers).get("if-none-match");
      if (tag !== null) tags.push(tag);
      return await change(pathname, await fetch(input, init));
    },
  });
  return { api, paths, tags };
}
