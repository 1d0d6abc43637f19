// Handing a record over by a short code: the clinic leaves it sealed at the server, the wallet fetches it, once.
import { base64 } from "@scure/base";
import { z } from "zod";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Api } from "../api/api.ts";
import { operation } from "../api/operation.ts";
import { orRefusal } from "../api/refusal.ts";
import { bytes32, seconds } from "../api/scalars.ts";
import { drawRecordCode, openUnder, readRecordCode, sealUnder } from "./recordCode.ts";

const handover = z.object({ id: bytes32, until: seconds, fetchedAt: seconds.nullable() });
/** What waits, until when, and since when it is fetched. Times in Unix seconds. */
export type Handover = z.output<typeof handover>;

const leave = {
  ...operation(
    "mutation Leave($id: Bytes32!, $sealed: String!)",
    "leaveHandover(id: $id, sealed: $sealed)",
    orRefusal("Handover", handover),
  ),
  repeatable: false,
};

const take = {
  ...operation(
    "mutation Take($id: Bytes32!)",
    "takeHandover(id: $id)",
    orRefusal("SealedRecord", z.object({ sealed: z.base64() })),
  ),
  // What arrived twice would be gone the second time.
  repeatable: false,
};

const read = operation("query Handover($id: Bytes32!)", "handover(id: $id)", handover.nullable());

type Runs = Pick<Api, "run">;

/** Seals a record under a fresh code and leaves it at the server for a day. Needs the clinic's session. */
export async function leaveByCode(of: {
  api: Runs;
  content: unknown;
}): Promise<Handover & { readonly code: string }> {
  const code = drawRecordCode();
  const { id, identity } = readRecordCode(code)!;
  const sealed = base64.encode(await sealUnder({ identity, content: of.content }));
  return { ...(await of.api.run(leave, { id, sealed })), code };
}

/** What became of what this clinic left; null once its day is over. */
export async function lookAfter(of: { api: Runs; id: string }): Promise<Handover | null> {
  return await of.api.run(read, { id: of.id });
}

/**
 * Fetches what a code stands for, as parsed JSON: from then on it is gone from the server. Refuses with `MalformedInput`
 * (mistyped: nothing is asked), `HandoverGone`, and `MalformedRecord`.
 */
export async function fetchByCode(of: { api: Runs; code: string }): Promise<unknown> {
  const known = readRecordCode(of.code);
  if (known === undefined) {
    const problem = "a letter or digit is mistyped or missing";
    throw new Refusal("MalformedInput", { what: "record code", problem });
  }
  const { sealed } = await of.api.run(take, { id: known.id });
  const { identity } = known;
  const content = await openUnder({ identity, bytes: base64.decode(sealed) });
  if (content === undefined) throw new Refusal("MalformedRecord");
  return content;
}
