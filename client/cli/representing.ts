// `cohort patient represent`, and what a representative's consent needs of `cohort patient consent`.
import type { Command } from "commander";
import { RELATIONS, type Relation } from "../../circuits/statement/trial/representation.ts";
import { readRequest, readWord, writeRequest } from "../desk/representation.ts";
import { type Grant, permissionsOf } from "../patient/consent.ts";
import { acceptWord, representationRequest, representPerson } from "../patient/representing.ts";
import { findSelf } from "../patient/self.ts";
import type { Downloads, ReviewedTrial } from "../trial/review.ts";
import { type Context, contextOf } from "./context.ts";
import { readJson, writePrivate } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";
import { confirm } from "./secret.ts";
import { type Opened, open, type WalletFlag, walletCommand } from "./wallet.ts";

export type MandateFlags = { relation?: string; ask?: string; signed?: string };

/** Adds the command with which a representative signs. */
export function addCommands(patient: Command): void {
  withExamples(
    walletCommand(
      patient,
      "represent <request>",
      "sign, in the representative's own wallet, a consent for somebody else",
    )
      .requiredOption("--out <file>", "where the signature goes, for the other person's wallet")
      .option("--yes", "you have read the consent form with the person, and consent for them")
      .action(represent),
    "patient represent request.json --wallet parent.age --out signed.json",
  );
}

async function represent(
  file: string,
  flags: WalletFlag & { out: string; yes?: boolean },
  command: Command,
): Promise<void> {
  const { json } = contextOf(command);
  const request = readRequest(JSON.stringify(readJson(file)));
  const { protocolNumber, relation, permissions, siteId } = request;
  const allowed = permissionsOf(permissions).join(", ");
  const what = `As ${RELATIONS[relation].words}, you consent for somebody else to ${protocolNumber}, site ${siteId}: ${allowed}.`;
  if (!flags.yes && !(await confirm(what, "--yes"))) throw new InputError("Nothing was signed.");
  const { wallet } = await open(flags);
  const word = await representPerson(wallet, request);
  await writePrivate(flags.out, word);
  const next = `${flags.out} is for the other person's wallet (patient consent --signed). The site checks your papers when the person comes.`;
  const text = `${what}\nSigned with ${word.signer}. ${next}`;
  print(json, { represented: protocolNumber, relation, signer: word.signer }, text);
}

type Asking = {
  readonly opened: Opened;
  readonly flags: MandateFlags;
  readonly downloads: Downloads;
  readonly reviewed: ReviewedTrial;
  readonly grant: Omit<Grant, "mandate">;
};

async function askedIn({ opened, downloads, reviewed }: Asking) {
  const { wallet } = opened;
  const { state, deployment } = downloads;
  const self = await findSelf({ wallet, place: reviewed, state });
  return { wallet, reviewed, self, now: deployment.chainTime };
}

/** Writes what the representative is to sign (`--ask`). */
export async function askRepresentative({ json }: Context, of: Asking): Promise<void> {
  const { flags, reviewed, grant } = of;
  const request = representationRequest(await askedIn(of), grant, relationOf(flags.relation));
  const file = flags.ask!;
  await writePrivate(file, JSON.parse(writeRequest(request)));
  const text = `Give ${file} to the representative, who signs it in their own wallet (patient represent). Then consent with --signed and what they give back. Nothing was sent.`;
  print(json, { asked: reviewed.trial.protocolNumber, request: file }, text);
}

/** The grant with what a representative signed; one's own needs nothing. */
export async function withMandate(of: Asking): Promise<Grant> {
  const { flags, grant } = of;
  if (flags.signed === undefined) return grant;
  const word = readWord(JSON.stringify(readJson(flags.signed)));
  return { ...grant, mandate: await acceptWord(await askedIn(of), grant, word) };
}

function relationOf(name: string | undefined): Relation {
  if (name !== undefined && Object.hasOwn(RELATIONS, name)) return name as Relation;
  const known = Object.keys(RELATIONS).join(", ");
  throw new InputError(`--relation: what the representative is to the person, one of ${known}`);
}
