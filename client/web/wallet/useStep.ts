// This person's studies, and what comes next in each.
import { dayOfTimestamp } from "../../../circuits/statement/encoding/day.ts";
import type { TrialNow } from "../prover/ground.ts";
import { useAllTrials, useLook, useStanding } from "./data.tsx";
import { stepIn } from "./trial/nextSteps.ts";
import { useWallet } from "./vault/session.tsx";

/** The studies that this person has a part in, as far as they are downloaded; `inBackground` follows them unseen. */
export function useMine(inBackground = false): TrialNow[] {
  const { wallet } = useWallet();
  const { trials, states } = useAllTrials(inBackground, inBackground);
  return trials.flatMap(({ protocolNumber }, i) => {
    const now = states[i]?.data?.value;
    const isMine = wallet.participations.some((one) => one.protocolNumber === protocolNumber);
    return isMine && now !== undefined ? [now] : [];
  });
}

/** What comes next in a study, and what that is known from. */
export function useStep(now: TrialNow) {
  const { protocolNumber } = now.trial;
  const standing = useStanding(protocolNumber, now).data;
  const trial = useLook(protocolNumber, now).data?.reviewed.document.trial;
  const today = dayOfTimestamp(now.deployment.chainTime);
  const step = standing && stepIn({ standing, now, trial, today });
  return { step, standing, trial };
}
