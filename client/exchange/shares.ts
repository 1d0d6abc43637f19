// From custodians' shares to a package's key. A share that does not fit the commitment in the package's header is found
// by trying the others without it, and its custodian is named.
import { combine } from "shamir-secret-sharing";
import { commit, hpke, type ShareStanza } from "../../circuits/statement/exchange/package.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { bytesOf, type Released } from "./custodian.ts";

const RELEASE_INFO = new TextEncoder().encode("cohort-zero/release/1");

/** A custodian's share of one package, in the clear. */
export type Share = { readonly custodian: string; readonly share: Uint8Array };

/** Opens what a custodian sealed to the request's key. Refuses with `WrongShare` when it was made for another. */
export async function openReleased(of: {
  custodian: string;
  released: Pick<Released, "entry" | "enc" | "body">;
  privateKey: CryptoKey;
}): Promise<Share> {
  const { entry, enc, body } = of.released;
  try {
    const opener = await hpke.createRecipientContext({
      recipientKey: of.privateKey,
      enc: bytesOf(enc),
      info: RELEASE_INFO,
    });
    const share = new Uint8Array(await opener.open(bytesOf(body), bytesOf(entry)));
    return { custodian: of.custodian, share };
  } catch {
    throw new Refusal("WrongShare", { custodian: of.custodian });
  }
}

export type Joined = {
  readonly fileKey: Uint8Array;
  /** Custodians whose share is not of this key. */
  readonly wrong: readonly string[];
};

/**
 * The file key out of at least `threshold` shares; undefined when no choice of them fits the commitment. Tries at most
 * the choices among the seven custodians that a version may name.
 */
export async function joinShares(of: {
  shares: readonly Share[];
  threshold: number;
  context: Bytes32;
  stanzas: readonly ShareStanza[];
}): Promise<Joined | undefined> {
  const { shares, threshold, context, stanzas } = of;
  const commitment = commitmentOf(stanzas);
  for (const chosen of choicesOf(shares, threshold)) {
    const fileKey = await combined(chosen);
    if (fileKey === undefined || !isSame(await commit(context, fileKey), commitment)) continue;
    const others = shares.filter((one) => !chosen.includes(one));
    const wrong: string[] = [];
    for (const other of others) {
      const again = await combined([other, ...chosen.slice(1)]);
      if (again === undefined || !isSame(again, fileKey)) wrong.push(other.custodian);
    }
    return { fileKey, wrong };
  }
  return undefined;
}

/** Every stanza of a sound package commits to one key. Refuses with `MalformedPackage`. */
function commitmentOf(stanzas: readonly ShareStanza[]): Uint8Array {
  const [first, ...rest] = stanzas;
  if (first === undefined || rest.some(({ commitment }) => !isSame(commitment, first.commitment))) {
    throw new Refusal("MalformedPackage", { part: "commitment" });
  }
  return first.commitment;
}

async function combined(shares: readonly Share[]): Promise<Uint8Array | undefined> {
  try {
    return await combine(shares.map(({ share }) => share));
  } catch {
    // Shares of different lengths, or two of one place.
    return undefined;
  }
}

/** All choices of so many, the first ones first. */
function choicesOf<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return items.flatMap((first, i) =>
    choicesOf(items.slice(i + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
