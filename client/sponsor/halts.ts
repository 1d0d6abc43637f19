// Why a trial stands still whatever its sponsor and its board do: governance holds it, or one of them is no longer accredited.
import type { TrialSummary } from "../api/trial.ts";

type Accredited = {
  readonly account: string;
  readonly role: string;
  readonly name: string;
  readonly active: boolean;
};

/** A sentence a reason; none when nothing but its status stands in the trial's way. */
export function haltsOf(
  { held, sponsor, board }: Pick<TrialSummary, "held" | "sponsor" | "board">,
  accreditations: readonly Accredited[],
): string[] {
  const standing = (role: "sponsor" | "board", account: string) => {
    const own = accreditations.filter(
      (one) => one.role === role && one.account.toLowerCase() === account.toLowerCase(),
    );
    if (own.some(({ active }) => active)) return [];
    const name = own.at(-1)?.name ?? account;
    return [
      `The ${role} (${name}) is not accredited now: nobody is screened, enrolled or admitted until governance accredits it again.`,
    ];
  };
  const hold =
    "Governance holds the trial: everything stops but withdrawing and narrowing a consent. Only governance lifts that.";
  return [...(held ? [hold] : []), ...standing("sponsor", sponsor), ...standing("board", board)];
}
