// What a custodian answers about persons' tags, over its GraphQL endpoint. Nothing of it is believed here.
import { z } from "zod";
import type { TagAnswer, TagAsk, TagDealing } from "../../circuits/statement/exchange/tagKey.ts";
import { isRefusalCode, Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32, TrialId } from "../../circuits/statement/trial/trial.ts";
import { operation } from "../api/operation.ts";
import { bytes32 } from "../api/scalars.ts";
import { ApiError, type Operation, request, type Transport } from "../api/transport.ts";

const account = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .toLowerCase();
const bytes = z.string().regex(/^0x([0-9a-f]{2}){1,4096}$/);
/** A trial names seven custodians at most. */
const MOST = 7;

const dealing = z.object({
  custodian: account,
  transport: bytes32,
  commitments: z.array(bytes32).min(1).max(MOST),
  proof: bytes,
  signature: bytes,
});
const share = z.object({ custodian: account, enc: bytes, body: bytes });
/** What one custodian deals to another, sealed. */
export type TagShare = z.output<typeof share>;

const readDealing = operation(
  "query TagDealing($trialId: Bytes32!)",
  "tagDealing(trialId: $trialId)",
  dealing,
);
const readKey = operation(
  "query TagKey($trialId: Bytes32!)",
  "tagKey(trialId: $trialId)",
  z.array(dealing).max(MOST),
);
const dealShares = operation(
  "mutation DealTagShares($input: TagRoundInput!)",
  "dealTagShares(input: $input)",
  z.array(share).max(MOST),
);
const keepKey = operation(
  "mutation KeepTagKey($input: TagKeyInput!)",
  "keepTagKey(input: $input)",
  bytes32,
);
const evaluate = operation(
  "mutation EvaluateTag($input: TagAskInput!)",
  "evaluateTag(input: $input)",
  z.object({ evaluated: bytes32, proof: bytes }),
);

/** The custodian's part in persons' tags. Each throws the custodian's Refusal, or ServerUnavailable. */
export type TagService = {
  readonly dealing: (trialId: TrialId) => Promise<TagDealing>;
  /** The key as it keeps it. Refuses with `NoTagKey` before it is dealt. */
  readonly key: (trialId: TrialId) => Promise<readonly TagDealing[]>;
  readonly dealShares: (
    trialId: TrialId,
    dealings: readonly TagDealing[],
  ) => Promise<readonly TagShare[]>;
  readonly keep: (
    trialId: TrialId,
    dealings: readonly TagDealing[],
    shares: readonly TagShare[],
  ) => Promise<Bytes32>;
  readonly evaluate: (ask: TagAsk & { readonly signature: string }) => Promise<TagAnswer>;
};

/** The service behind a transport. */
export function tagService(transport: Transport): TagService {
  const ask = async <T>(of: Operation<T>, variables: Record<string, unknown>): Promise<T> => {
    try {
      return await request(transport, of, variables);
    } catch (problem) {
      const isNamed = problem instanceof ApiError && isRefusalCode(problem.code);
      throw isNamed ? new Refusal(problem.code as Refusal["code"]) : problem;
    }
  };
  return {
    dealing: (trialId) => ask(readDealing, { trialId }),
    key: (trialId) => ask(readKey, { trialId }),
    dealShares: (trialId, dealings) => ask(dealShares, { input: { trialId, dealings } }),
    keep: (trialId, dealings, shares) => ask(keepKey, { input: { trialId, dealings, shares } }),
    evaluate: ({ siteId, ...of }) => ask(evaluate, { input: { ...of, siteId: String(siteId) } }),
  };
}
