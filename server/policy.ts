// Who may do what. Default deny: a root field without a line here is refused, also by the compiler.
import type { Context } from "./context.ts";

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

/** The authorisation of one root field, spread into its definition. */
export function can(act: Act) {
  return { skipTypeScopes: true, authScopes: { [POLICY[act]]: true } };
}

/** Rights of whoever sent a request. */
export function rightsOf({ session }: Context): Record<Right, boolean> {
  return { anyone: true, signedIn: session !== undefined, nobody: false };
}
