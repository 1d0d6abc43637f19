// What a module shows to everybody as a head and segments: a log of its events, and what else there is.
import type { Deployment } from "../../contracts/deployment.ts";
import type { Database, Transaction } from "../store/database.ts";
import type { Projection } from "./projection.ts";

/** Content that a head names by its digest: it is sent only to those who don't have it. */
type Content = { readonly digest: string; readonly text: string };

/** What public state holds besides its log: small things that change in place, or that no event tells. */
export type Rest = {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly contents: readonly Content[];
};

export type PublicState = {
  /** Where its heads are: `/state/<name>` for one subject, `/state/<names>/` for one each of many. */
  readonly path: string;
  /** Is this the subject, or could it be one of them? */
  readonly isName: (subject: string) => boolean;
  readonly projection: Projection;
  /** Undefined when there is no such subject. */
  readonly readRest: (
    tx: Transaction,
    at: { readonly deployment: Deployment; readonly subject: string },
  ) => Promise<Rest | undefined>;
  /** Whether there is anything to show of a subject. */
  readonly isThere: (db: Database, subject: string) => Promise<boolean>;
  /** Uploads that it shows: heads are made anew when there are more. */
  readonly countUploads: (db: Database) => Promise<number>;
};
