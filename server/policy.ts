// Who may do what. Default deny: a root field without a line here is refused, also by the compiler.
import type { Connectable } from "../contracts/connect.ts";
import type { Context } from "./context.ts";
import type { RoleName } from "./shapes.ts";

export type Right = "anyone" | "signedIn" | "nobody";

const POLICY = {
  // Public data.
  trials: "anyone",
  trial: "anyone",
  publicState: "anyone",
  recordsState: "anyone",
  batch: "anyone",
  document: "anyone",
  accreditations: "anyone",
  events: "anyone",
  submission: "anyone",
  deployment: "anyone",
  artifacts: "anyone",
  me: "anyone",
  trialEvents: "anyone",
  submissionUpdates: "anyone",
  // Acts that carry their own proof or signature: who sends them does not matter.
  submitScreening: "anyone",
  submitConsent: "anyone",
  submitWithdrawal: "anyone",
  submitAttestedRecord: "anyone",
  submitSiteAct: "anyone",
  submitSuccession: "anyone",
  verifyProof: "anyone",
  verifyProofs: "anyone",
  createSignInNonce: "anyone",
  signIn: "anyone",
  signOut: "signedIn",
  // Acts of roles; the contract checks the role again.
  relay: "signedIn",
  publishBatch: "signedIn",
  uploadDocument: "signedIn",
} as const satisfies Record<string, Right>;

export type Act = keyof typeof POLICY;

export const isAct = (name: string): name is Act => Object.hasOwn(POLICY, name);

/** The authorisation of one root field, spread into its definition. */
export function can(act: Act) {
  return { skipTypeScopes: true, authScopes: { [POLICY[act]]: true } };
}

/** Rights of whoever sent a request. */
export function rightsOf({ session }: Context): Record<Right, boolean> {
  return { anyone: true, signedIn: session !== undefined, nobody: false };
}

/** Who has calls relayed: a role, the signing key of a trial's site, or any signed-in account. */
export type Caller = RoleName | "site" | "anyone";

/**
 * Calls that are relayed for signed-in accounts, by contract. Default deny: a function without a line here is refused.
 * The contract checks again; "anyone" stands where it takes the call from whoever sends it and does nothing twice.
 */
const RELAYED: Partial<Record<Connectable, Readonly<Record<string, readonly Caller[]>>>> = {
  Accreditation: {
    accredit: ["governance"],
    deaccredit: ["governance"],
    registerDictionary: ["governance"],
    transferOwnership: ["governance"],
    // Of whom governance is handed over to, who has no role before.
    acceptOwnership: ["anyone"],
  },
  CircuitRegistry: { register: ["governance"] },
  RecordRegistry: {
    anchor: ["clinic"],
    anchorBatch: ["clinic"],
    anchorInto: ["clinic"],
    replace: ["clinic"],
    replaceAndVoid: ["clinic"],
    revoke: ["clinic"],
    revokeEarly: ["clinic"],
    voidClinic: ["governance"],
    setQuota: ["governance"],
    setRevocationLimit: ["governance"],
    clearLeaf: ["anyone"],
  },
  TrialRegistry: {
    register: ["sponsor"],
    publishVersion: ["sponsor"],
    close: ["sponsor"],
    complete: ["sponsor"],
    approve: ["board"],
    suspend: ["board"],
    resume: ["board"],
    release: ["governance"],
    changeBoard: ["governance"],
    hold: ["governance"],
    lift: ["governance"],
  },
  Screening: { openGroup: ["sponsor", "board"] },
  Enrollment: {
    enroll: ["sponsor"],
    // Without a signature of the site's, unlike all else that a site does.
    reportNoShow: ["sponsor", "site"],
  },
};

/** Contracts that forwarded calls may go to. */
export const RELAYED_CONTRACTS = Object.keys(RELAYED) as readonly Connectable[];

/** Who may have a function of a contract called; nobody for one that is not relayed. */
export function callersOf(contract: Connectable, name: string): readonly Caller[] {
  const calls = RELAYED[contract] ?? {};
  return Object.hasOwn(calls, name) ? calls[name]! : [];
}
