// Sign-In with Ethereum (ERC-4361) for sponsors, boards, clinics and sites, and what only they may
// send. Patients never sign in.
import { z } from "zod";
import { operation } from "./operation.ts";
import { orRefusal } from "./refusal.ts";
import { address, bytes32, field, seconds, uint } from "./scalars.ts";
import type { Operation } from "./transport.ts";

const session = z.object({ token: z.string(), address, expiresAt: seconds });
export type Session = z.output<typeof session>;

export const createNonce = operation("mutation Nonce", "createSignInNonce", z.string());

export const openSession: Operation<Session> = {
  ...operation(
    "mutation SignIn($message: String!, $signature: Bytes!)",
    "signIn(message: $message, signature: $signature)",
    orRefusal("Session", session),
  ),
  // The nonce is used up by the first attempt that arrives.
  repeatable: false,
};

export const signOut = operation("mutation SignOut", "signOut", z.boolean());

export const readAccount = operation(
  "query Me",
  "me",
  z.object({ address, roles: z.array(z.string()), forwarderNonce: uint }).nullable(),
);
export type AccountInfo = z.output<typeof readAccount.answer>;

export const uploadDocument = operation(
  "mutation Upload($content: String!, $mediaType: String!)",
  "uploadDocument(content: $content, mediaType: $mediaType)",
  orRefusal("Document", z.object({ hash: bytes32 })),
);

export const publishBatch = operation(
  "mutation Publish($root: Field!, $leaves: [Field!]!)",
  "publishBatch(root: $root, leaves: $leaves)",
  orRefusal("Batch", z.object({ root: field })),
);
