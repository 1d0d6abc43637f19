// What may leave the server: the shapes behind the GraphQL types. Numbers of the field are decimal
// text, bytes are lower-case 0x text. Nothing else of a row gets out (present.ts makes these, field
// by field).

import type { Decision, GivenBy } from "../circuits/statement/consent.ts";
import type { RefusalCode } from "../circuits/statement/refusal.ts";
import type * as statement from "../circuits/statement/trial.ts";

type TrialStatus = Exclude<statement.TrialStatus, "none">;
type ParticipantState = Exclude<statement.ParticipantState, "none">;

export type RefusalShape = {
  readonly refusal: RefusalCode;
  readonly message: string;
  readonly details: readonly { readonly name: string; readonly value: string }[];
};

export type SubmissionStateName = "queued" | "sent" | "mined" | "final" | "refused";
export type SubmissionShape = {
  readonly id: string;
  readonly kind: string;
  readonly state: SubmissionStateName;
  readonly transactionHash: string | null;
  readonly blockNumber: number | null;
  readonly refusal: RefusalShape | null;
  readonly createdAt: Date;
};

export type EventShape = {
  readonly id: string;
  readonly contract: string;
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly value: string }[];
  readonly blockNumber: number;
  readonly blockTime: Date;
  readonly logIndex: number;
  readonly transactionHash: string;
};

export type TrialShape = {
  readonly trialId: string;
  readonly protocolNumber: string;
  readonly sponsor: string;
  readonly board: string;
  readonly status: TrialStatus;
  readonly held: boolean;
  readonly currentVersion: number;
  readonly scope: string;
};

export type VersionShape = {
  readonly trialId: string;
  readonly version: number;
  readonly circuit: string;
  readonly criteriaHashes: readonly string[];
  readonly successorHashes: readonly string[];
  readonly digest: string;
  readonly consentFormHash: string;
  readonly consentFormVersion: number;
  readonly requiredPermissions: number;
  readonly offeredPermissions: number;
  readonly capacity: number;
  readonly arrivalDays: number;
  readonly isSealed: boolean;
  readonly documentHash: string;
  readonly attestationsHash: string;
  readonly sites: readonly SiteShape[];
  readonly requiresReconsent: boolean;
  readonly requiresRescreening: boolean;
  readonly screeningVersion: number | null;
  readonly consentVersion: number | null;
  readonly groupId: string | null;
  readonly members: number;
  readonly approvedAt: Date | null;
  readonly approvedUntil: Date | null;
};

export type SiteShape = {
  readonly siteId: number;
  readonly signer: string;
  readonly capacity: number;
};

export type DocumentShape = {
  readonly hash: string;
  readonly mediaType: string;
  readonly content: string;
};

export type PublicParticipantShape = {
  readonly pseudonym: string;
  readonly state: ParticipantState;
  readonly onHold: boolean;
  readonly sequence: string;
  readonly version: number;
  readonly siteId: number;
  readonly arriveBy: Date | null;
};
export type ParticipantShape = PublicParticipantShape & {
  readonly trialId: string;
  readonly enrolledAt: Date | null;
  readonly arrivedAt: Date | null;
  readonly endedAt: Date | null;
};

export type ConsentShape = {
  readonly sequence: string;
  readonly state: "active" | "inactive";
  readonly decision: Decision;
  readonly version: number;
  readonly formHash: string;
  readonly permissions: number;
  readonly siteId: number;
  readonly givenBy: GivenBy | null;
  readonly validUntil: Date | null;
  readonly recordedAt: Date;
  readonly blockNumber: number;
  readonly transactionHash: string;
};

export type FunnelShape = {
  readonly screened: number;
  readonly consented: number;
  readonly consenting: number;
  readonly enrolled: number;
  readonly arrived: number;
  readonly pendingOnStudy: number;
  readonly onStudy: number;
  readonly onHold: number;
  readonly withdrawn: number;
  readonly offStudy: number;
  readonly ineligible: number;
};

export type GroupShape = {
  readonly version: number;
  readonly groupId: string;
  readonly members: string[];
};
export type PublicStateShape = {
  readonly trialId: string;
  readonly blockNumber: number;
  readonly status: TrialStatus;
  readonly held: boolean;
  readonly currentVersion: number;
  readonly versions: readonly VersionShape[];
  readonly groups: readonly GroupShape[];
  readonly screenings: readonly {
    readonly nullifier: string;
    readonly version: number;
    readonly commitment: string;
    readonly issuerTags: readonly string[];
  }[];
  readonly participants: readonly PublicParticipantShape[];
};

export type LeafShape = {
  readonly index: number;
  readonly value: string;
  readonly batchRoot: string | null;
  readonly kind: "record" | "batch" | "revoked";
  readonly issuer: string;
  readonly size: number;
  readonly leavesHash: string | null;
  readonly uri: string;
  readonly published: boolean;
  readonly anchoredAt: Date;
};
export type RootShape = {
  readonly root: string;
  readonly createdAt: Date;
  readonly supersededAt: Date | null;
  readonly voided: boolean;
};
export type ClinicShape = {
  readonly address: string;
  readonly slots: number;
  readonly quota: number;
  readonly revocationLimit: number;
  readonly voided: boolean;
};
export type RecordsStateShape = {
  readonly blockNumber: number;
  readonly root: string;
  readonly blocked: boolean;
  readonly clinics: readonly ClinicShape[];
  readonly leaves: readonly LeafShape[];
  readonly roots: readonly RootShape[];
};

export type RoleName = "clinic" | "sponsor" | "board" | "governance";
export type AccreditationShape = {
  readonly name: string;
  readonly account: string;
  readonly role: RoleName;
  readonly active: boolean;
  readonly since: Date;
};
export type AccountShape = { readonly address: string; readonly roles: readonly RoleName[] };
export type SessionShape = {
  readonly token: string;
  readonly address: string;
  readonly expiresAt: Date;
};

export type DeploymentShape = {
  readonly chainId: string;
  readonly contracts: readonly { readonly name: string; readonly address: string }[];
  readonly deployBlock: number;
  readonly keys: string;
  readonly dictionaryVersion: number;
  readonly rootWindowSeconds: number;
  readonly forwarderName: string;
  readonly signInDomain: string;
};
export type ArtifactShape = {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly keys: string;
};
