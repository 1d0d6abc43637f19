// One participant on the way to the site, with proofs and without a chain: what the contracts
// would record is written into the public state by hand.
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { identityCommitmentOf, issuerTagOf } from "../../circuits/statement/encoding/identity.ts";
import { buildTree, registryLeafOf, rootOf } from "../../circuits/statement/encoding/tree.ts";
import type { RecordsState } from "../../client/api/registry.ts";
import type { PublicState } from "../../client/api/trial.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { attestRecord } from "../../client/clinic/record/attest.ts";
import type { Person } from "../../client/desk/person.ts";
import { deriveRecordSecret, screeningNullifier } from "../../client/patient/derive.ts";
import { importRecord } from "../../client/patient/import.ts";
import { findSelf } from "../../client/patient/self.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { openDesk } from "../../client/site/desk.node.ts";
import type { Desk } from "../../client/site/verify.ts";
import {
  chainDay,
  type Downloads,
  type ReviewedTrial,
  reviewTrial,
} from "../../client/trial/review.ts";
import {
  CLINIC,
  DOCUMENT,
  ID_TAG_SALT,
  noonOf,
  sampleRecord,
  seededWallet,
  TODAY,
} from "../patient/support.ts";
import { publish } from "../patient/trial.ts";

export const artifacts = localArtifacts();
/** The person that the sample record is about. */
export const PERSON: Person = { birthDate: "1970-05-17", sex: "female", document: DOCUMENT };
/** Which clinic's record, and about whom. */
export type Shown = { issuer?: string; birthDate?: string; identitySince?: number };

export type World = {
  readonly wallet: Wallet;
  readonly downloads: Downloads;
  readonly reviewed: ReviewedTrial;
  readonly state: PublicState;
  readonly registry: RecordsState;
  readonly pseudonym: bigint;
  readonly now: number;
  readonly asOfDay: number;
};

/** A wallet with these records, each anchored alone. */
export async function walletWith(seed: number, shown: readonly Shown[]) {
  let wallet = seededWallet(seed);
  const identityCommitment = identityCommitmentOf(await deriveRecordSecret(wallet.seed));
  const attested = shown.map(({ identitySince = 0, ...one }) => {
    const sample = sampleRecord({ identityCommitment, ...one });
    const record = { ...sample, header: { ...sample.header, identitySince } };
    const handed = { clinicName: "Test clinic", mailbox: null, idTagSalt: ID_TAG_SALT };
    return attestRecord({ record, ...handed });
  });
  const registry = registryWith(
    attested.map(({ commitment }, i) => ({ commitment, issuer: shown[i]!.issuer ?? CLINIC })),
  );
  for (const { attested: file } of attested) {
    const json = JSON.parse(JSON.stringify(file));
    wallet = (await importRecord({ wallet, attested: json, registry })).wallet;
  }
  return { wallet, registry };
}

/** The registry with these records alone, beside a stranger's. */
export function registryWith(
  records: readonly { commitment: bigint; issuer: string }[],
): RecordsState {
  const all = [{ commitment: 77n, issuer: CLINIC }, ...records];
  const values = all.map(({ commitment, issuer }) => registryLeafOf(commitment, issuer));
  const root = rootOf(buildTree(values));
  return {
    blockNumber: 1,
    root,
    blocked: false,
    clinics: [],
    leaves: all.map(({ commitment, issuer }, index) => ({
      index,
      value: values[index]!,
      batchRoot: commitment as Field,
      kind: "record",
      issuer,
      size: 1,
      leavesHash: null,
      uri: "",
      published: false,
      anchoredAt: noonOf(TODAY - 10),
    })),
    roots: [{ root, createdAt: noonOf(TODAY - 10), supersededAt: null, voided: false }],
  };
}

/** A wallet that was screened by all its records, consented at site 1 and was enrolled. */
export async function enrolledWorld(seed = 1, shown: readonly Shown[] = [{}]): Promise<World> {
  const { wallet, registry } = await walletWith(seed, shown);
  const downloads = publish({ registry });
  const reviewed = await reviewTrial({ downloads });
  const { scope } = reviewed;
  const { state } = downloads;
  const { identity, pseudonym } = await findSelf({ wallet, place: reviewed, state });
  const nullifier = await screeningNullifier({ seed: wallet.seed, scope });
  const commitment = identity.commitment as Field;
  const issuerTags = await tagsOf({ wallet, scope });
  return {
    wallet,
    downloads,
    reviewed,
    state: {
      ...state,
      groups: [{ version: 1, groupId: 0n, members: [4n as Field, commitment, 5n as Field] }],
      screenings: [{ nullifier, version: 1, commitment, issuerTags }],
      participants: [participantOf(pseudonym)],
    },
    registry,
    pseudonym,
    now: downloads.deployment.chainTime,
    asOfDay: chainDay(downloads.deployment),
  };
}

/** The tags of a wallet's records in a trial. */
export async function tagsOf(of: { wallet: Wallet; scope: bigint }): Promise<Field[]> {
  const secret = await deriveRecordSecret(of.wallet.seed);
  return of.wallet.records.map(({ record }) =>
    issuerTagOf({ scope: of.scope, secret, issuer: record.header.issuer }),
  );
}

/** Expected at site 1 until an hour from the trial's "now". */
export function participantOf(pseudonym: bigint): PublicState["participants"][number] {
  return {
    pseudonym: pseudonym as Field,
    state: "pending-on-study",
    onHold: false,
    sequence: 1n,
    version: 1,
    siteId: 1,
    arriveBy: noonOf(TODAY),
  };
}

/** The desk of site 1. */
export async function deskOf({ downloads, state, registry }: World): Promise<Desk> {
  return await openDesk({ ...downloads, state, registry });
}
