// How much a sponsor may learn: every yes is an answer, and answers to one sponsor are counted.
import type { Wallet } from "./wallet.ts";

export type Budget = {
  /** Answers this sponsor has had within the period, other trials' only. */
  readonly used: number;
  readonly limit: number;
  /** False when this trial's answer would be one too many. */
  readonly allows: boolean;
};

/**
 * The budget for one trial: a second answer in the same trial tells nothing new and costs nothing.
 */
export function budgetFor(options: {
  wallet: Pick<Wallet, "answers" | "settings">;
  sponsor: string;
  trialId: string;
  today: number;
}): Budget {
  const { wallet, sponsor, trialId, today } = options;
  const { budgetPerSponsor: limit, budgetDays } = wallet.settings;
  const answers = wallet.answers.filter(
    (answer) => answer.sponsor === sponsor.toLowerCase() && today - answer.day < budgetDays,
  );
  const answered = answers.some((answer) => answer.trialId === trialId);
  const used = new Set(answers.map((answer) => answer.trialId).filter((id) => id !== trialId)).size;
  return { used, limit, allows: answered || used < limit };
}

/** The wallet after a yes in a trial. */
export function withAnswer(
  wallet: Wallet,
  answer: { sponsor: string; trialId: string; day: number },
): Wallet {
  const entry = { ...answer, sponsor: answer.sponsor.toLowerCase() };
  return { ...wallet, answers: [...wallet.answers, entry] };
}
