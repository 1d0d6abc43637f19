// A consent for somebody else, as the worker makes it: what is asked, what the representative signs, and what is accepted.

import type { Relation } from "../../../circuits/statement/trial/representation.ts";
import { type RepresentationRequest, readWord, writeRequest } from "../../desk/representation.ts";
import type { Grant } from "../../patient/consent.ts";
import { acceptWord, representationRequest, representPerson } from "../../patient/representing.ts";
import { findSelf } from "../../patient/self.ts";
import type { Mandate, Wallet } from "../../patient/wallet.ts";
import { reviewTrial } from "../../trial/review.ts";
import { groundOf } from "./ground.ts";

type Asking = {
  readonly wallet: Wallet;
  readonly protocolNumber: string;
  readonly documentKey?: string | undefined;
  readonly grant: Omit<Grant, "mandate">;
};

async function askedIn({ wallet, protocolNumber, documentKey }: Asking) {
  const { downloads } = await groundOf(wallet).trialHere(protocolNumber);
  const { state, deployment } = downloads;
  const reviewed = await reviewTrial({ downloads, documentKey });
  const self = await findSelf({ wallet, place: reviewed, state });
  return { wallet, reviewed, self, now: deployment.chainTime };
}

/** What is to be carried to the representative. */
async function ask({ relation, ...of }: Asking & { relation: Relation }): Promise<string> {
  return writeRequest(representationRequest(await askedIn(of), of.grant, relation));
}

/** What the representative gave back, if it is for this consent. */
async function accept({ text, ...of }: Asking & { text: string }): Promise<Mandate> {
  return await acceptWord(await askedIn(of), of.grant, readWord(text));
}

type Signing = { readonly wallet: Wallet; readonly request: RepresentationRequest };

/** In the representative's own wallet. */
async function sign({ wallet, request }: Signing): Promise<string> {
  return JSON.stringify(await representPerson(wallet, request));
}

export const acts = {
  "represent.ask": ask,
  "represent.accept": accept,
  "represent.sign": sign,
};
