// Signing in: a nonce of the server, signed into an ERC-4361 message.
import { getAddress, type Signer } from "ethers";
import { SiweMessage } from "siwe";
import { createNonce, openSession, type Session } from "./account.ts";
import { request, type Transport } from "./transport.ts";

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
  return await request(transport, openSession, { message, signature });
}
