// A chain's audit, and what a server beside it tells of the same blocks.
import type { Api } from "../../client/api/api.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { connectNode } from "../../client/auditor/node/rpc.ts";
import type { PublishedKeys } from "../../client/auditor/proof/published.ts";
import { startChronicle } from "../../client/auditor/replay/chronicle.ts";
import { readServerLeaves, readTold } from "../../client/auditor/server/serverState.ts";
import type { TestChain } from "../support/chain.ts";
import { STAGE_KEYS } from "../support/stageKeys.ts";

type Chain = Pick<TestChain, "deployment"> & { readonly anvil: { readonly url: string } };
type Options = { readonly keys?: PublishedKeys; readonly isProven?: boolean };

/** Asks a server all it tells, and audits its chain up to there: from the last block's hash, unless told otherwise. */
export async function auditBeside(
  api: Api,
  { anvil, deployment }: Chain,
  { keys = STAGE_KEYS, isProven = true }: Options = {},
) {
  const told = await readTold(api);
  const request = connectNode(anvil.url);
  const source = await openChain({ request, deployment, to: told.block, isProven });
  const leaves = await readServerLeaves(api, told);
  const { chronicle, onEvent } = startChronicle();
  return { told, chronicle, audit: await audit({ source, leaves, keys, onEvent }) };
}
