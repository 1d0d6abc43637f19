import { useEffect } from "react";
import { type DataRequest, dataRequests } from "../../../api/dataRequests.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { useCollecting } from "../collecting.ts";
import { useOwnRequests } from "../DataOpened.tsx";
import { useMine, useStep } from "../useStep.ts";
import { useSession } from "../vault/session.tsx";
import { permission, reminding, startChecking } from "./notify.ts";
import type { Waiting } from "./reminding.ts";

/** Follows what waits for this person, where they wanted to be reminded. Shows nothing. */
export function Reminders() {
  const { device } = useSession();
  return device.reminds && permission() === "granted" ? <Following /> : null;
}

function Following() {
  const mine = useMine(true);
  const collecting = useCollecting("data-requests", dataRequests, true);
  useEffect(() => {
    startChecking();
    return () => reminding.lock();
  }, []);
  return (
    <>
      {mine.map((now) => (
        <OfStudy key={now.trial.protocolNumber} now={now} />
      ))}
      {collecting.map(({ now, found }) => (
        <OfData key={now.trial.protocolNumber} now={now} requests={found} />
      ))}
    </>
  );
}

function OfStudy({ now }: { now: TrialNow }) {
  const { step, standing } = useStep(now);
  const { title, days, isYours } = step ?? {};
  const key = isYours ? `${title} ${days?.from} ${days?.until}` : undefined;
  useNoted(`step ${now.trial.protocolNumber}`, standing !== undefined, key && { key, days });
  return null;
}

function OfData({ now, requests }: { now: TrialNow; requests: readonly DataRequest[] }) {
  const { own, isKnown } = useOwnRequests(now, requests);
  const newest = own.at(-1);
  const key = newest && String(newest.requestId);
  useNoted(`data ${now.trial.protocolNumber}`, isKnown, key === undefined ? undefined : { key });
  return null;
}

/** Notes what waits in a place whenever it is something else. */
function useNoted(place: string, isKnown: boolean, waiting: Waiting | "" | undefined): void {
  const text = JSON.stringify(waiting || undefined);
  useEffect(() => {
    if (isKnown) reminding.note(place, text === undefined ? undefined : JSON.parse(text));
  }, [place, isKnown, text]);
}
