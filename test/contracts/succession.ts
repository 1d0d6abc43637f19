// A succession: what the site signs about a lost wallet, and what the new one proves.
import {
  enrollmentDomain,
  SUCCESSION_TYPES,
  type Succession,
} from "../../circuits/statement/trial/consent.ts";
import { successionMessage, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import type { Actor } from "../support/world.ts";
import { CHAIN_ID, CODE, type Person, type Story, screeningOf } from "./story.ts";

type Options = {
  readonly signer?: Actor;
  readonly code?: string;
  readonly change?: Partial<Succession>;
  /** Changes what the successor proves: {@link screeningOf}. */
  readonly proves?: Parameters<typeof screeningOf>[2];
  /** Changes what is submitted as proven. */
  readonly proof?: object;
};

/** The four arguments of `succeed`; before arrival with the printed code. */
export async function successionOf(story: Story, old: Person, next: Person, options: Options = {}) {
  const { world, trialId } = story;
  const succession: Succession = {
    trialId,
    pseudonym: old.pseudonym,
    siteId: 1,
    successorNullifier: next.nullifier,
    successorCommitment: next.commitment,
    deadline: BigInt((await world.now()) + 600),
    ...options.change,
  };
  const domain = enrollmentDomain(CHAIN_ID, world.deployment.addresses.Enrollment);
  const signer = world.actors[options.signer ?? "site"];
  const signature = await signer.signTypedData(domain, SUCCESSION_TYPES, succession);
  const version = options.proves?.version ?? story.published.length;
  const { proof } = await screeningOf(story, next, {
    hashes: story.published[version - 1]!.successorHashes,
    message: successionMessage({
      ...{ trialId, version, pseudonym: old.pseudonym },
      successorCommitment: next.commitment,
    }),
    ...options.proves,
  });
  const code = options.code ?? CODE;
  return { succession, code, proof: { ...proof, ...options.proof }, signature };
}

/** Sends one, from anyone. */
export async function succeed(story: Story, old: Person, next: Person, options: Options = {}) {
  const sent = await successionOf(story, old, next, options);
  const { enrollment } = story.world.as("anyone");
  return enrollment.succeed(sent.succession, sent.code, sent.proof, sent.signature);
}

/** For someone on study: the site's word is enough. */
export const ON_STUDY = { code: ZERO_BYTES32 } as const;
