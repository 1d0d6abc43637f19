// The people and organisations of a journey, and the steps that come before the first patient: accreditation, the
// trial, its approval. Every step looks first whether it has been done, so a journey that was cut short goes on.
import type { Signer } from "ethers";
import { MIN_CUSTODIAN_THRESHOLD } from "../../circuits/statement/trial/trial.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { type Actor, signInActor } from "../actor/actor.ts";
import type { Api } from "../api/api.ts";
import { approveVersion, reviewVersion } from "../board/approve.ts";
import { createRoster } from "../clinic/roster/roster.ts";
import { accredit, type RoleName } from "../governance/accredit.ts";
import { publishTrial } from "../sponsor/publish.ts";
import type { Custodians } from "../trial/document.ts";
import type { Clinic } from "./patient.ts";

const APPROVAL_SECONDS = 365 * 86_400;

/** Who signs for each organisation. */
export type Signers = {
  readonly governance: Signer;
  readonly sponsor: Signer;
  readonly board: Signer;
  /** At least one; records are spread over them. */
  readonly clinics: readonly { readonly name: string; readonly signer: Signer }[];
  /** At least one; a trial's sites are spread over them. */
  readonly sites: readonly Signer[];
  /** Accounts of custodians: needed for a trial that collects data. */
  readonly custodians?: readonly string[];
  /** Account of the exchange's relayer: needed for a trial that collects data, whose entries it anchors. */
  readonly operator?: string;
  /** Account of an emergency clinician. */
  readonly emergency?: string;
};

export type Cast = {
  readonly governance: Actor;
  readonly sponsor: Actor;
  readonly board: Actor;
  readonly clinics: readonly Clinic[];
  readonly sites: readonly Signer[];
  readonly custodians: readonly string[];
};

/** Signs everybody in and accredits who is not. */
export async function gatherCast(api: Api, signers: Signers): Promise<Cast> {
  const enter = (signer: Signer) => signInActor({ api, signer });
  const cast: Cast = {
    governance: await enter(signers.governance),
    sponsor: await enter(signers.sponsor),
    board: await enter(signers.board),
    clinics: await Promise.all(
      signers.clinics.map(async ({ name, signer }) => {
        const actor = await enter(signer);
        return { ...actor, name, roster: createRoster(actor.address) };
      }),
    ),
    sites: signers.sites,
    custodians: signers.custodians ?? [],
  };
  const wanted: Accreditation[] = [
    { role: "sponsor", account: cast.sponsor.address, name: "Sample Sponsor" },
    { role: "board", account: cast.board.address, name: "Sample Ethics Board" },
    ...cast.clinics.map(({ address, name }) => ({
      role: "clinic" as const,
      account: address,
      name,
    })),
    ...cast.custodians.map((account, i) => ({
      role: "custodian" as const,
      account,
      name: `Custodian ${i + 1}`,
    })),
    ...only({ role: "operator", account: signers.operator, name: "Sample Exchange" }),
    ...only({ role: "emergencyClinician", account: signers.emergency, name: "Dr Emma Sample" }),
  ];
  const existing = await api.accreditations();
  for (const one of wanted) {
    const isDone = existing.some(
      ({ role, account, active }) =>
        active && role === one.role && account.toLowerCase() === one.account.toLowerCase(),
    );
    if (!isDone) await accredit(cast.governance, one);
  }
  return cast;
}

type Accreditation = {
  readonly role: RoleName;
  readonly account: string;
  readonly name: string;
};

function only({
  account,
  ...rest
}: Omit<Accreditation, "account"> & { account: string | undefined }): Accreditation[] {
  return account === undefined ? [] : [{ ...rest, account }];
}

/** The key that signs for a site of the trial. */
export function signerOfSite(cast: Cast, trial: TrialFile, siteId: number): Signer {
  const position = trial.sites.findIndex(({ id }) => id === siteId);
  return cast.sites[position % cast.sites.length]!;
}

/** All of the cast's, of whom two open; nobody for a trial that collects nothing. */
function custodiansFor({ custodians: members }: Cast, { collections = [] }: TrialFile) {
  if (collections.length === 0 || members.length === 0) return undefined;
  return { threshold: MIN_CUSTODIAN_THRESHOLD, members };
}

/** Publishes the trial and has the board review and approve it, unless it is already recruiting. */
export async function openTrial(
  cast: Cast,
  trial: TrialFile,
  custodians: Custodians | undefined = custodiansFor(cast, trial),
): Promise<void> {
  const { protocolNumber } = trial;
  const { sponsor, board } = cast;
  const known = (await sponsor.api.trials()).find((t) => t.protocolNumber === protocolNumber);
  if (known !== undefined && known.currentVersion > 0) return;
  const siteSigners = Object.fromEntries(
    await Promise.all(
      trial.sites.map(
        async ({ id }) => [id, await signerOfSite(cast, trial, id).getAddress()] as const,
      ),
    ),
  );
  await publishTrial(sponsor, { trial, siteSigners, board: board.address, custodians });
  const review = await reviewVersion({ api: board.api, protocolNumber });
  const { chainTime } = await board.api.deployment();
  await approveVersion(board, { review, expiresAt: chainTime + APPROVAL_SECONDS });
}
