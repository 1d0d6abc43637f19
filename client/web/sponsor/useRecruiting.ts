// A trial as its sponsor follows it: asked once, and again whenever the chain has news of it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApi } from "../shared/exchange.tsx";

export const recruitmentKey = (protocolNumber: string) => ["recruitment", protocolNumber] as const;

export function useRecruitment(protocolNumber: string) {
  const api = useApi();
  return useQuery({
    queryKey: recruitmentKey(protocolNumber),
    queryFn: () => api.recruitment(protocolNumber),
  });
}

export function useParticipants(protocolNumber: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...recruitmentKey(protocolNumber), "participants"],
    queryFn: () => api.participants(protocolNumber),
  });
}

export function useTrialEvents(protocolNumber: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...recruitmentKey(protocolNumber), "events"],
    queryFn: () => api.trialEvents(protocolNumber),
  });
}

/** What the board said; asked for again with everything else of the trial. */
export function useOpinions(protocolNumber: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...recruitmentKey(protocolNumber), "opinions"],
    queryFn: () => api.opinions(protocolNumber),
  });
}

export type Liveness = "connecting" | "live" | "asking";

const GATHER_MS = 300;
const ASK_MS = 5_000;

/**
 * Keeps everything asked about a trial fresh while the page is open: by subscription while that holds, and
 * by asking again in between attempts to subscribe.
 */
export function useLiveTrial(protocolNumber: string, trialId: string | undefined): Liveness {
  const api = useApi();
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>("connecting");
  useEffect(() => {
    if (trialId === undefined) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      clearTimeout(timer);
      timer = setTimeout(
        () => void queries.invalidateQueries({ queryKey: recruitmentKey(protocolNumber) }),
        GATHER_MS,
      );
    };
    const onOpen = () => {
      setLiveness("live");
      // What happened before the subscription stood.
      refresh();
    };
    void (async () => {
      while (!stop.signal.aborted) {
        try {
          const news = api.watchTrial(trialId, { signal: stop.signal, onOpen });
          for await (const _ of news) refresh();
        } catch {
          // The stream broke; what really is wrong shows when asking.
        }
        if (stop.signal.aborted) return;
        setLiveness("asking");
        refresh();
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      }
    })();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [api, queries, protocolNumber, trialId]);
  return liveness;
}
