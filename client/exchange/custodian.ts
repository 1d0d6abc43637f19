// A custodian as its clients see it: GraphQL over HTTP, at an address of its own. What it says is believed only as far as
// it is signed by an account that the trial's version names.
import { getBytes, hexlify } from "ethers";
import { z } from "zod";
import type { EntryPath } from "../../circuits/statement/exchange/entryTree.ts";
import type { ShareStanza } from "../../circuits/statement/exchange/package.ts";
import {
  CUSTODIAN_TYPES,
  custodianDomain,
  type Receipt,
} from "../../circuits/statement/exchange/receipt.ts";
import { isMessageSignedBy } from "../../circuits/statement/exchange/signed.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { onType, operation } from "../api/operation.ts";
import { bytes32, field, uint } from "../api/scalars.ts";
import { ApiError, type Operation, request, type Transport } from "../api/transport.ts";
import { type TagService, tagService } from "./personTagService.ts";

/** Most packages of one request to a custodian. */
export const RELEASE_AT_ONCE = 100;
/** A custodian looks at the chain and opens a hundred shares before it answers. */
const TIMEOUT_MS = 60_000;
const RETRIES = 2;
/** The keys of a large trial are 15 MB. */
const MOST_BYTES = 2 ** 26;

/** Written in capitals or not: compared in lower case. */
const account = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .toLowerCase();
const bytes = z.string().regex(/^0x([0-9a-f]{2}){1,4096}$/);
const signature = z.string().regex(/^0x[0-9a-f]{130}$/);
const receipt = z.object({
  number: uint,
  registry: account,
  requestId: uint,
  entry: bytes32,
  outcome: bytes32,
  blockNumber: uint,
});
const released = onType(
  "Released",
  z.object({ entry: bytes32, enc: bytes, body: bytes, receipt, signature }),
);
const withheld = onType(
  "Withheld",
  z.object({ entry: bytes32, code: z.string().max(100), receipt, signature }),
);

/** A share, sealed to the request's key. */
export type Released = z.output<typeof released>;
/** A refusal, by its name. */
export type Withheld = z.output<typeof withheld>;
export type Answer = Released | Withheld;

const readStatus = operation(
  "query Status",
  "status",
  z.object({ address: account, blockNumber: uint, trials: z.array(bytes32) }),
);
const readKeys = operation(
  "query Keys($trialId: Bytes32!)",
  "keys(trialId: $trialId)",
  z.object({
    blockNumber: uint,
    signature,
    keys: z.array(z.object({ pseudonym: field, publicKey: bytes32 })),
  }),
);
/** A list of keys as it came: unverified. */
export type ToldKeys = z.output<typeof readKeys.answer>;

const askRelease = operation(
  "mutation Release($input: ReleaseInput!)",
  "release(input: $input)",
  z.array(z.union([released, withheld])).max(RELEASE_AT_ONCE),
);
const listReceipts = operation(
  "query Receipts($after: Uint!)",
  "receipts(after: $after)",
  z.array(z.object({ receipt, signature })),
);
export type SignedReceipt = { readonly receipt: Receipt; readonly signature: string };

/** One package that a custodian is asked for. */
export type Asked = {
  readonly entry: Bytes32;
  /** To the cut's root; empty for an emergency. */
  readonly path: EntryPath;
  readonly stanza: ShareStanza;
};

export type Custodian = {
  /** Lower case: its account, as the trial's version names it. */
  readonly address: string;
  readonly keys: (trialId: Bytes32) => Promise<ToldKeys>;
  /** Answers in the order asked; at most {@link RELEASE_AT_ONCE}. */
  readonly release: (of: {
    registry: string;
    requestId: bigint;
    packages: readonly Asked[];
  }) => Promise<Answer[]>;
  /** Its receipts with numbers above this one, oldest first. */
  readonly receipts: (after: bigint) => Promise<SignedReceipt[]>;
  /** Its part in persons' tags; one that is reached over HTTP has it. */
  readonly tags?: TagService;
};

/** Asks whoever answers at a URL who it is. Throws ServerUnavailable or ApiError. */
export async function reachCustodian(
  of: Partial<Transport> & { readonly url: string },
): Promise<Custodian> {
  const transport: Transport = {
    url: of.url.replace(/\/+$/, ""),
    timeoutMs: of.timeoutMs ?? TIMEOUT_MS,
    retries: of.retries ?? RETRIES,
    fetch: of.fetch ?? ((input, init) => fetch(input, init)),
    mostBytes: MOST_BYTES,
  };
  const { address: own } = await ask(transport, readStatus);
  return {
    address: own,
    keys: (trialId) => ask(transport, readKeys, { trialId }),
    release: ({ registry, requestId, packages }) =>
      ask(transport, askRelease, {
        input: { registry, requestId, packages: packages.map(packageInput) },
      }),
    receipts: (after) => ask(transport, listReceipts, { after }),
    tags: tagService(transport),
  };
}

/** Sends one operation. An answer of another form is an ApiError: that custodian is passed over, and the others asked. */
async function ask<T>(
  transport: Transport,
  operation: Operation<T>,
  variables?: Record<string, unknown>,
): Promise<T> {
  try {
    return await request(transport, operation, variables);
  } catch (problem) {
    if (!(problem instanceof z.ZodError)) throw problem;
    throw new ApiError({ message: "answered in another form", code: "BAD_ANSWER" });
  }
}

function packageInput({ entry, path, stanza }: Asked) {
  const { enc, commitment, body } = stanza;
  const sealed = { enc: hexlify(enc), commitment: hexlify(commitment), body: hexlify(body) };
  return { entry, path: path.path, index: path.index, stanza: sealed };
}

/** Where custodians' signatures count. */
export type CustodyPlace = { readonly chainId: number; readonly custodyLog: string };

/** Whether a receipt is signed by this custodian. */
export function isReceiptOf(
  of: SignedReceipt & { readonly custodian: string },
  { chainId, custodyLog }: CustodyPlace,
): boolean {
  const { receipt: message, signature, custodian: account } = of;
  const domain = custodianDomain(chainId, custodyLog);
  return isMessageSignedBy({ account, domain, types: CUSTODIAN_TYPES.Receipt, message, signature });
}

/** Whether what recovers the signer gives this account; false for anything malformed. */
export function isSignedBy(account: string, recover: () => string): boolean {
  try {
    return recover().toLowerCase() === account.toLowerCase();
  } catch {
    return false;
  }
}

/** Bytes of a word of the schema. */
export const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(getBytes(hex));
