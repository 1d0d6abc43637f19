// Sign-In with Ethereum (ERC-4361) for sponsors, boards, clinics and sites, and what only they may
// send. Patients never sign in.
import { getAddress, type Signer } from "ethers";
import { SiweMessage } from "siwe";
import { z } from "zod";
import { address, bytes32, field, seconds, uint } from "./scalars.ts";
import { toRefusal } from "./submission.ts";
import { type Operation, request, type Transport } from "./transport.ts";

const refusal = z.object({
  __typename: z.string(),
  code: z.string(),
  message: z.string(),
  details: z.array(z.object({ name: z.string(), value: z.string() })),
});
const REFUSAL = "... on Refusal { code message details { name value } }";

/** The success of a union, or its refusal thrown. */
function orRefusal<T>(name: string, success: z.ZodType<T>) {
  return z.object({ [name]: z.union([success, refusal]) }).transform((answer): T => {
    const value = answer[name] as T | z.output<typeof refusal>;
    const refused = refusal.safeParse(value);
    if (refused.success) throw toRefusal(refused.data);
    return value as T;
  });
}

const session = z.object({ token: z.string(), address, expiresAt: seconds });
export type Session = z.output<typeof session>;

export const createNonce: Operation<string> = {
  document: "mutation Nonce { createSignInNonce }",
  answer: z.object({ createSignInNonce: z.string() }).transform((a) => a.createSignInNonce),
};

export const signInOperation: Operation<Session> = {
  document: `mutation SignIn($message: String!, $signature: Bytes!) {
    signIn(message: $message, signature: $signature) {
      __typename ... on Session { token address expiresAt } ${REFUSAL}
    }
  }`,
  answer: orRefusal("signIn", session),
  // The nonce is used up by the first attempt that arrives.
  repeatable: false,
};

export const signOut: Operation<boolean> = {
  document: "mutation SignOut { signOut }",
  answer: z.object({ signOut: z.boolean() }).transform((answer) => answer.signOut),
};

export const readAccount: Operation<{
  address: string;
  roles: string[];
  forwarderNonce: bigint;
} | null> = {
  document: "query Me { me { address roles forwarderNonce } }",
  answer: z
    .object({
      me: z.object({ address, roles: z.array(z.string()), forwarderNonce: uint }).nullable(),
    })
    .transform((answer) => answer.me),
};

export const uploadDocument: Operation<{ hash: string }> = {
  document: `mutation Upload($content: String!, $mediaType: String!) {
    uploadDocument(content: $content, mediaType: $mediaType) {
      __typename ... on Document { hash } ${REFUSAL}
    }
  }`,
  answer: orRefusal("uploadDocument", z.object({ hash: bytes32 })),
};

export const publishBatch: Operation<{ root: bigint }> = {
  document: `mutation Publish($root: Field!, $leaves: [Field!]!) {
    publishBatch(root: $root, leaves: $leaves) { __typename ... on Batch { root } ${REFUSAL} }
  }`,
  answer: orRefusal("publishBatch", z.object({ root: field })),
};

/**
 * Signs in with an account; the returned token goes into the transport. Refuses with
 * `InvalidSignature`.
 */
export async function signIn(options: {
  transport: Transport;
  signer: Signer;
  domain: string;
  chainId: number;
  /** Milliseconds since 1970, for the message's "Issued At". */
  now: number;
}): Promise<Session> {
  const { transport, signer, domain, chainId, now } = options;
  const nonce = await request(transport, createNonce);
  const message = new SiweMessage({
    domain,
    address: getAddress(await signer.getAddress()),
    statement: "Sign in to Cohort Zero.",
    uri: transport.url,
    version: "1",
    chainId,
    nonce,
    issuedAt: new Date(now).toISOString(),
  }).prepareMessage();
  const signature = await signer.signMessage(message);
  return await request(transport, signInOperation, { message, signature });
}
