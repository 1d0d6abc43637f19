// The site's short acts, which need no proof: what they are called, when they are possible, and their doing.
import type { Actor } from "../../../actor/actor.ts";
import { requireDeskKey, requireSiteKey } from "../../../site/deskStaff.ts";
import type { SiteParticipant } from "../../../site/roster.ts";
import { plainAct, signSiteAct, submitSiteAct, submitSiteWithdrawal } from "../../../site/sign.ts";
import { reportNoShow } from "../../../trial/noShow.ts";

export const ACTS = {
  ScreenFailure: {
    label: "Screen failure",
    says: "The person does not qualify after all. Their place is free again, and they cannot be enrolled in this trial any more.",
    done: "Screen failure",
  },
  Completion: {
    label: "Completion",
    says: "The person's part in the study is over as planned.",
    done: "Completion",
  },
  Withdrawal: {
    label: "Withdrawal declared here",
    says: "The person told you that they withdraw. It needs no reason, and cannot be undone: they cannot join this trial again.",
    done: "Withdrawal",
  },
  NoShow: {
    label: "Did not arrive",
    says: "The time to arrive has passed. The place is free again; the sponsor may enroll the person again.",
    done: "No-show",
  },
} as const;
export type ActName = keyof typeof ACTS;
/** What staff with the desk's task do as well; what ends a participation the site's own key signs. */
export const DESK_ACTS: readonly ActName[] = ["ScreenFailure", "NoShow"];

/** What may be recorded about somebody now, as the contract has it. */
export function actsFor({ state, expectedBy }: SiteParticipant, now: number): ActName[] {
  const isLate = expectedBy !== undefined && expectedBy < now;
  const noShow: ActName[] = state === "pending-on-study" && isLate ? ["NoShow"] : [];
  const failure: ActName[] = ["eligible", "pending-on-study"].includes(state)
    ? ["ScreenFailure"]
    : [];
  const completion: ActName[] = state === "on-study" ? ["Completion"] : [];
  const withdrawal: ActName[] = state === "withdrawn" ? [] : ["Withdrawal"];
  return [...completion, ...failure, ...noShow, ...withdrawal];
}

/** Signs an act and waits until it is final. Throws the contract's Refusal. */
export async function perform(
  actor: Actor,
  name: ActName,
  of: { protocolNumber: string; trialId: string; siteId: number; pseudonym: bigint },
): Promise<number> {
  const { api, signer } = actor;
  const { chainId, contracts, chainTime: now } = await api.deployment();
  if (name === "NoShow") {
    await reportNoShow(actor, of);
    return now;
  }
  const { trialId, siteId, pseudonym } = of;
  // Fetched again: the act names the present enrollment.
  const state = await api.publicState(trialId);
  if (DESK_ACTS.includes(name)) {
    const events = await api.trialEvents(of.protocolNumber);
    await requireDeskKey({ signer, state, siteId, events, now });
  } else {
    await requireSiteKey({ signer, state, siteId });
  }
  const domain = { chainId, enrollment: contracts.Enrollment! };
  const act = plainAct({ state, pseudonym, siteId, now });
  const signed = await signSiteAct({ signer, domain, name, act });
  const sent =
    name === "Withdrawal"
      ? await submitSiteWithdrawal(api, signed)
      : await submitSiteAct({ api, name, signed });
  await api.settle(sent);
  return now;
}
