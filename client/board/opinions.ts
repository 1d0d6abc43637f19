// What the ethics board says in words: the words are published, and their hash goes on the chain in the board's name.
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, type Opinion, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import { exchangeOf } from "../api/exchange.ts";
import type { TrialVersion } from "../api/trial.ts";

/** What can be said of a version. */
export type OpinionOnVersion = Exclude<Opinion, "suspension">;

const METHODS: Readonly<Record<OpinionOnVersion, string>> = {
  comment: "comment",
  "changes-requested": "requestChanges",
  rejection: "reject",
};

/** A version by its number, by default the newest. Refuses with `UnknownTrial`, `UnknownVersion`. */
export async function findVersion(
  api: Api,
  of: { readonly protocolNumber: string; readonly version?: number | undefined },
): Promise<TrialVersion> {
  const { versions } = await api.publicState(trialIdOf(of.protocolNumber));
  const number = of.version ?? Math.max(0, ...versions.map(({ version }) => version));
  const found = versions.find(({ version }) => version === number);
  if (found === undefined) throw new Refusal("UnknownVersion", { version: number });
  return found;
}

/**
 * Says something of a version. Refuses with `EmptyText`, `TooLarge`, `NotYourTrial`; a request for changes and a
 * rejection also with `VersionSuperseded`, `VersionRejected`, `WrongStatus` (it is in force) and `DigestMismatch`.
 */
export async function giveOpinion(
  board: Actor,
  of: {
    readonly protocolNumber: string;
    /** As the board read it. */
    readonly version: Pick<TrialVersion, "version" | "digest">;
    readonly opinion: OpinionOnVersion;
    readonly text: string;
  },
): Promise<void> {
  const { version, digest } = of.version;
  const textHash = await publishWords(board, of.text);
  const about = [trialIdOf(of.protocolNumber), version];
  const args = of.opinion === "comment" ? [...about, textHash] : [...about, digest, textHash];
  await act(board, "TrialRegistry", METHODS[of.opinion], args);
}

/** Stops everything but narrowing and withdrawal. Refuses with `EmptyText`, `WrongStatus`, `NotYourTrial`. */
export async function suspendTrial(
  board: Actor,
  of: { readonly protocolNumber: string; readonly reason: string },
): Promise<void> {
  const reasonHash = await publishWords(board, of.reason);
  await act(board, "TrialRegistry", "suspend", [trialIdOf(of.protocolNumber), reasonHash]);
}

/** First the words, then their hash: nobody reads on the chain of words that are nowhere. */
async function publishWords(board: Actor, words: string): Promise<Bytes32> {
  // Line breaks and blanks as the exchange takes them, wherever the words were copied from.
  const text = words.replace(/\r\n?/g, "\n").replaceAll("\t", " ").trim();
  if (text === "") throw new Refusal("EmptyText");
  return await exchangeOf(board.api).uploadText(text);
}
