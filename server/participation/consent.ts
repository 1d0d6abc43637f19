// Relaying consents and withdrawals.
import { and, desc, eq } from "drizzle-orm";
import { keccak256, toUtf8Bytes } from "ethers";
import { Refusal } from "../../circuits/statement/refusal.ts";
import {
  CONSENT_PROOF_DEPTH,
  type ConsentStatement,
  consentMessage,
  DECISIONS,
  giverOf,
  hashWithdrawalCode,
  isWholeDay,
} from "../../circuits/statement/trial/consent.ts";
import { mayGive } from "../../circuits/statement/trial/representation.ts";
import { scopeOf } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Services } from "../schema/context.ts";
import { events } from "../store/tables.ts";
import { requireTrial } from "../trials/requireTrial.ts";
import { versions } from "../trials/tables.ts";
import { type SignedSiteAct, submitSigned } from "./site.ts";
import { consents, participants } from "./tables.ts";

type StatementInput = Omit<ConsentStatement, "validUntil" | "sequence" | "submitBy"> & {
  readonly validUntil: string;
  readonly sequence: string;
  readonly submitBy: string;
};

type ConsentInput = {
  readonly statement: StatementInput;
  readonly proof: {
    readonly pseudonym: string;
    readonly groupRoot: string;
    readonly points: readonly string[];
  };
};

type CodeWithdrawal = {
  readonly trialId: string;
  readonly pseudonym: string;
  readonly code: string;
};

type WithdrawalInput = {
  readonly byProof?: ConsentInput | null | undefined;
  readonly byCode?: CodeWithdrawal | null | undefined;
  readonly bySite?: SignedSiteAct | null | undefined;
};

type Answer = Promise<SubmissionShape | RefusalShape>;

export function submitConsent(services: Services, input: ConsentInput): Answer {
  return answering(() => relayStatement(services, input, DECISIONS.grant));
}

export function submitWithdrawal(services: Services, input: WithdrawalInput): Answer {
  return answering(() => {
    if (input.byProof) return relayStatement(services, input.byProof, DECISIONS.withdraw);
    if (input.byCode) return relayCode(services, input.byCode);
    return submitSigned(services, "withdrawBySite", input.bySite!);
  });
}

async function relayStatement(services: Services, input: ConsentInput, decision: number): Answer {
  const { proof } = input;
  const statement = parseStatement(input.statement);
  if (statement.decision !== decision) {
    throw new Refusal("InvalidStatement", { decision: statement.decision });
  }
  const message = consentMessage(statement).toString();
  const key = `consent:${statement.trialId}:${proof.pseudonym}:${message}`;
  const known = await services.outbox.findByKey(key);
  if (known) return known;
  await checkContext(services, statement, proof.pseudonym);
  const { chainId, addresses } = services.deployment;
  const scope = scopeOf({ chainId, screening: addresses.Screening, trialId: statement.trialId });
  const isValid = await services.verifier.semaphore({
    merkleTreeDepth: CONSENT_PROOF_DEPTH,
    merkleTreeRoot: proof.groupRoot,
    nullifier: proof.pseudonym,
    message,
    scope: scope.toString(),
    points: proof.points,
  });
  if (!isValid) throw new Refusal("InvalidProof");
  await requireGiver(services, statement);
  const data = interfaceOf("Enrollment").encodeFunctionData("consent", [statement, proof]);
  const kind = decision === DECISIONS.grant ? "submitConsent" : "submitWithdrawal";
  const to = addresses.Enrollment;
  return services.outbox.submit({ kind, key, to, data, isVerified: true });
}

/** Widths of the statement's numbers in Solidity, which encoding would refuse less clearly. */
const WIDTHS = { validUntil: 40n, sequence: 64n, submitBy: 40n } as const;

function parseStatement(input: StatementInput): ConsentStatement {
  for (const [field, bits] of Object.entries(WIDTHS)) {
    if (BigInt(input[field as keyof typeof WIDTHS]) >> bits !== 0n) {
      throw new Refusal("MalformedInput", { field });
    }
  }
  for (const field of ["givenBy", "decision"] as const) {
    if (input[field] < 0 || input[field] > 255) throw new Refusal("MalformedInput", { field });
  }
  for (const field of ["validUntil", "submitBy"] as const) {
    if (!isWholeDay(BigInt(input[field]))) throw new Refusal("NotWholeDay", { field });
  }
  return {
    ...input,
    validUntil: BigInt(input.validUntil),
    sequence: BigInt(input.sequence),
    submitBy: BigInt(input.submitBy),
  };
}

async function checkContext(
  services: Services,
  { trialId, sequence }: ConsentStatement,
  pseudonym: string,
): Promise<void> {
  await requireTrial(services, trialId);
  const [participant] = await services.db
    .select()
    .from(participants)
    .where(and(eq(participants.trialId, trialId), eq(participants.pseudonym, pseudonym)));
  if (participant && sequence <= BigInt(participant.sequence)) {
    throw new Refusal("StaleSequence", { last: participant.sequence });
  }
}

/** No relaying for a representative where the version's terms have none: the contract does not ask. */
async function requireGiver(
  { db }: Services,
  { trialId, version, givenBy }: ConsentStatement,
): Promise<void> {
  const giver = giverOf(givenBy);
  if (giver === undefined || giver === "self") return;
  const [row] = await db
    .select({ terms: versions.terms })
    .from(versions)
    .where(and(eq(versions.trialId, trialId), eq(versions.version, version)));
  if (row !== undefined && mayGive(giver, row.terms.offeredPermissions)) return;
  throw new Refusal("InvalidStatement", { givenBy });
}

async function relayCode(services: Services, input: CodeWithdrawal): Answer {
  const { trialId, pseudonym, code } = input;
  const data = interfaceOf("Enrollment").encodeFunctionData("withdrawByCode", [
    trialId,
    pseudonym,
    code,
  ]);
  // A hash: until it is sent the code is a secret, and keys are looked at more than data.
  const key = `code:${keccak256(toUtf8Bytes(`${trialId}:${pseudonym}:${code}`))}`;
  const to = services.deployment.addresses.Enrollment;
  const isVerified = await isTheirCode(services, input);
  return services.outbox.submit({ kind: "submitWithdrawal", key, to, data, isVerified });
}

/** Is it the code that the newest statement with one names? Then no node has to vouch for it. */
async function isTheirCode({ db }: Services, input: CodeWithdrawal): Promise<boolean> {
  const { trialId, pseudonym, code } = input;
  const stated = await db
    .select({ said: events.arguments })
    .from(consents)
    .innerJoin(events, eq(events.position, consents.position))
    .where(and(eq(consents.trialId, trialId), eq(consents.pseudonym, pseudonym)))
    .orderBy(desc(consents.position));
  const hashes = stated.map(({ said }) => (said as Stated).statement?.withdrawalCodeHash);
  return hashes.find((hash) => BigInt(hash ?? 0) !== 0n) === hashWithdrawalCode(trialId, code);
}

type Stated = { readonly statement?: Pick<ConsentStatement, "withdrawalCodeHash"> };
