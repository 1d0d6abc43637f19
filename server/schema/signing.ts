// Sign-In with Ethereum (ERC-4361).
import { z } from "zod";
import { COSTS } from "../costs.ts";
import { can } from "../policy.ts";
import { SessionType } from "./account.ts";
import { builder } from "./builder.ts";
import { MAX_SIGNATURE } from "./inputs.ts";
import { memberOf, refusalTypes } from "./refusal.ts";

const SignInResult = builder.unionType("SignInResult", {
  description: "A session, or why there is none.",
  types: [SessionType, ...refusalTypes(["InvalidSignature", "DeadlinePassed"])],
  resolveType: (value) => memberOf(value, "Session"),
});

builder.mutationFields((t) => ({
  createSignInNonce: t.string({
    ...can("createSignInNonce"),
    description: "A nonce for one SIWE message, good for ten minutes and one use.",
    resolve: (_, __, { sessions }) => sessions.createNonce(),
  }),
  signIn: t.field({
    ...can("signIn"),
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
    resolve: (_, input, { sessions, charge }) => {
      charge(COSTS.signIn);
      return sessions.signIn(input);
    },
  }),
  signOut: t.boolean({
    ...can("signOut"),
    description: "Ends the session that the request carries.",
    resolve: async (_, __, { sessions, session }) => {
      await sessions.signOut(session!.id);
      return true;
    },
  }),
}));
