// Purges: whoever opened a cut says on the chain, in words that everybody can read, that it has destroyed what it had.
// Nothing can prove it; a statement that is wrong has a name under it.

import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, hashDocument, type TrialId } from "../../circuits/statement/trial/trial.ts";
import { type Actor, act } from "../actor/actor.ts";
import type { AuditEvent } from "../api/event.ts";
import { exchangeOf } from "../api/exchange.ts";

export type Copy = {
  readonly cutId: bigint;
  readonly requestId: bigint;
  readonly staff: string;
  /** Unix seconds. */
  readonly requestedAt: number;
  readonly until: number;
  readonly purgedAt: number | undefined;
  /** keccak256 of the statement. */
  readonly statement: Bytes32 | undefined;
};

/** Every request of a trial, and whether its copy was purged: those without are outstanding. */
export function copiesOf(events: readonly AuditEvent[], trialId: TrialId): Copy[] {
  const purges = events.filter(({ name }) => name === "CopyPurged");
  const requests = events.filter(
    ({ name, arguments: args }) => name === "Requested" && args.trialId === trialId,
  );
  return requests.map(({ arguments: args, blockTime }) => {
    const purge = purges.find(
      ({ arguments: said }) => said.cutId === args.cutId && said.requestId === args.requestId,
    );
    return {
      cutId: BigInt(args.cutId ?? 0),
      requestId: BigInt(args.requestId ?? 0),
      staff: args.staff ?? "",
      requestedAt: blockTime,
      until: Number(args.until),
      purgedAt: purge?.blockTime,
      statement: purge?.arguments.statement,
    };
  });
}

/**
 * Publishes the statement and puts its hash on the chain. Who is accredited no more can publish no words, and still owes
 * this: the hash goes to the chain alone. Refuses with `NotStaff`, `UnknownCut`, `UnknownRequest`.
 */
export async function purge(
  actor: Actor,
  of: { readonly cutId: bigint; readonly requestId: bigint; readonly statement: string },
): Promise<void> {
  const hash = await publish(actor, of.statement);
  await act(actor, "CustodyLog", "purged", [of.cutId, of.requestId, hash]);
}

async function publish({ api }: Actor, statement: string): Promise<Bytes32> {
  try {
    return await exchangeOf(api).uploadText(statement);
  } catch (problem) {
    if (!(problem instanceof Refusal) || problem.code !== "NotAccredited") throw problem;
    return hashDocument(statement);
  }
}
