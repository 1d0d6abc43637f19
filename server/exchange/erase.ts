// Relaying what orders an erasure: a participant's proof, the printed code, or the site's signature.
import { keccak256, toUtf8Bytes } from "ethers";
import { erasureMessage } from "../../circuits/statement/exchange/erasure.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { CONSENT_PROOF_DEPTH } from "../../circuits/statement/trial/consent.ts";
import { scopeOf } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Services } from "../schema/context.ts";
import { requireTrial } from "../trials/requireTrial.ts";

type ByProof = {
  readonly trialId: string;
  readonly version: number;
  readonly pseudonym: string;
  readonly groupRoot: string;
  readonly points: readonly string[];
};
type ByCode = { readonly trialId: string; readonly pseudonym: string; readonly code: string };
type BySite = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly key: string;
  readonly deadline: string;
  readonly signature: string;
};
export type ErasureInput = {
  readonly byProof?: ByProof | null | undefined;
  readonly byCode?: ByCode | null | undefined;
  readonly bySite?: BySite | null | undefined;
};

type Answer = Promise<SubmissionShape | RefusalShape>;

export function submitErasure(services: Services, input: ErasureInput): Answer {
  return answering(() => {
    if (input.byProof) return relayProof(services, input.byProof);
    if (input.byCode) return relayCode(services, input.byCode);
    return relaySite(services, input.bySite!);
  });
}

type Call = { readonly name: string; readonly args: readonly unknown[]; readonly key: string };

function relay(services: Services, { name, args, key }: Call, isVerified = false): Answer {
  const data = interfaceOf("CustodyLog").encodeFunctionData(name, [...args]);
  const to = services.deployment.addresses.CustodyLog;
  return services.outbox.submit({ kind: "submitErasure", key, to, data, isVerified });
}

async function relayProof(services: Services, input: ByProof): Answer {
  const { trialId, version, ...proof } = input;
  const key = `erase:${trialId}:${proof.pseudonym}`;
  const known = await services.outbox.findByKey(key);
  if (known) return known;
  await requireTrial(services, trialId);
  const { chainId, addresses } = services.deployment;
  const isValid = await services.verifier.semaphore({
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: proof.groupRoot,
    nullifier: proof.pseudonym,
    message: erasureMessage({ chainId, custodyLog: addresses.CustodyLog, trialId }).toString(),
    scope: scopeOf({ chainId, screening: addresses.Screening, trialId }).toString(),
    points: proof.points,
  });
  if (!isValid) throw new Refusal("InvalidProof");
  return await relay(
    services,
    { name: "eraseByProof", args: [trialId, version, proof], key },
    true,
  );
}

function relayCode(services: Services, { trialId, pseudonym, code }: ByCode): Answer {
  // A hash: until it is sent the code is a secret, and keys are looked at more than data.
  const hashed = keccak256(toUtf8Bytes(`${trialId}:${pseudonym}:${code}`));
  const args = [trialId, pseudonym, code];
  return relay(services, { name: "eraseByCode", args, key: `eraseByCode:${hashed}` });
}

function relaySite(services: Services, input: BySite): Answer {
  const { trialId, pseudonym, key, deadline, signature } = input;
  const args = [trialId, pseudonym, key, deadline, signature];
  const hashed = keccak256(toUtf8Bytes(args.join()));
  return relay(services, { name: "eraseBySite", args, key: `eraseBySite:${hashed}` });
}
