import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { resumeTrial } from "../../board/approve.ts";
import { suspendTrial } from "../../board/opinions.ts";
import { useActor } from "../shared/account.tsx";
import { ActDialog } from "./ActDialog.tsx";
import type { BoardTrial } from "./data.ts";

/** Suspends a running trial, or lets a suspended one go on. */
export function Hold({ of: { trial } }: { of: BoardTrial }) {
  const actor = useActor();
  const { protocolNumber, status } = trial;
  if (status === "temporarily-closed-to-accrual") {
    return (
      <ActDialog
        key="resume"
        verb="Resume the trial"
        icon={IconPlayerPlay}
        text="Screening, consent, enrollment and arrivals continue as before."
        done="The trial continues."
        act={() => resumeTrial(actor, protocolNumber)}
      />
    );
  }
  if (status !== "active" && status !== "closed-to-accrual") return null;
  return (
    <ActDialog
      key="suspend"
      verb="Suspend the trial"
      icon={IconPlayerPause}
      text="Everything stops at once, except withdrawing or narrowing a consent. You can resume it later."
      done="The trial is suspended."
      words="Why you suspend it"
      act={(reason) => suspendTrial(actor, { protocolNumber, reason })}
    />
  );
}
