// Why a trial stands still whatever sponsor and board do: governance holds it, or one of the two lost its accreditation.
import type { TrialSummary } from "../api/trial.ts";

type Accredited = {
  readonly account: string;
  readonly role: string;
  readonly name: string;
  readonly active: boolean;
};

/** One sentence for each reason; none when only the trial's own status stops it. */
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
    "Governance holds the trial: everything stops, except withdrawing or narrowing a consent. Only governance can lift that.";
  return [...(held ? [hold] : []), ...standing("sponsor", sponsor), ...standing("board", board)];
}
