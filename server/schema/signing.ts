// Sign-In with Ethereum (ERC-4361).
import { z } from "zod";
import { COSTS } from "../limits/costs.ts";
import type { SessionShape } from "../sessions/sessions.ts";
import { builder } from "./builder.ts";
import { MAX_SIGNATURE } from "./proofs.ts";
import { memberOf, refusalTypes } from "./refusal.ts";

const SessionType = builder.objectRef<SessionShape>("Session").implement({
  description: "A session; send its token as `Authorization: Bearer <token>`.",
  fields: (t) => ({
    token: t.exposeString("token", { description: "Shown once; only its hash is stored." }),
    address: t.expose("address", { type: "Address", description: "Who signed in." }),
    expiresAt: t.expose("expiresAt", { type: "DateTime", description: "When it ends by itself." }),
  }),
});

const SignInResult = builder.unionType("SignInResult", {
  description: "A session, or why there is none.",
  types: [SessionType, ...refusalTypes(["InvalidSignature", "DeadlinePassed"])],
  resolveType: (value) => memberOf(value, "Session"),
});

builder.mutationFields((t) => ({
  createSignInNonce: t.string({
    right: "anyone",
    cost: 0,
    description: "A nonce for one SIWE message, good for ten minutes and one use.",
    resolve: (_, __, { sessions }) => sessions.createNonce(),
  }),
  signIn: t.field({
    right: "anyone",
    cost: COSTS.signIn,
    type: SignInResult,
    description: "Signs in with an ERC-4361 message and its signature.",
    args: {
      message: t.arg.string({ description: "The message signed.", validate: z.string().max(4000) }),
      signature: t.arg({
        type: "Bytes",
        description: "EIP-191 signature.",
        validate: z.string().max(MAX_SIGNATURE),
      }),
    },
    resolve: (_, input, { sessions }) => sessions.signIn(input),
  }),
  signOut: t.boolean({
    right: "signedIn",
    cost: 0,
    description: "Ends the session that the request carries.",
    resolve: async (_, __, { sessions, session }) => {
      await sessions.signOut(session!.id);
      return true;
    },
  }),
}));
