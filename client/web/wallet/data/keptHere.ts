// What this device keeps for itself about one's own data, encrypted: drafts of answers, what one has stopped giving, and
// which notices were read.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Questionnaire } from "../../../../circuits/statement/exchange/questionnaire.ts";
import { QuestionnaireResponse } from "../../../../circuits/statement/exchange/questionnaire.ts";
import { startResponse } from "../../../../circuits/statement/exchange/questionnaireDraft.ts";
import { useData } from "../data.tsx";
import { WALLET_KEY } from "../vault/session.tsx";

const HERE = [WALLET_KEY, "kept-here"] as const;

/** A list of names that this device keeps; empty until it is read. */
function useNames(name: string) {
  const { kept } = useData();
  const queries = useQueryClient();
  const queryKey = [...HERE, name];
  const query = useQuery({
    queryKey,
    networkMode: "always" as const,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await kept.get<readonly string[]>(name))?.value ?? [],
  });
  const names: ReadonlySet<string> = new Set(query.data);
  const set = async (next: ReadonlySet<string>) => {
    await kept.put(name, [...next]);
    queries.setQueryData(queryKey, [...next]);
  };
  return { names, isKnown: query.isSuccess, set };
}

/** Collections of which this wallet offers and sends nothing more. Nobody else is told. */
export function useStopped(protocolNumber: string) {
  const { names, set } = useNames(`stopped ${protocolNumber}`);
  return {
    stopped: names,
    change: (collection: string, isStopped: boolean) => {
      const next = new Set(names);
      if (isStopped) next.add(collection);
      else next.delete(collection);
      return set(next);
    },
  };
}

/** Notices that were read: entries of corrections, numbers of emergency cases. */
export function useRead(kind: string) {
  const { names, isKnown, set } = useNames(`read ${kind}`);
  return {
    read: names,
    isKnown,
    markRead: (more: readonly string[]) => set(new Set([...names, ...more])),
  };
}

type Draft = {
  /** Undefined until it is known whether there is one. */
  readonly value: QuestionnaireResponse | undefined;
  /** It goes on from an earlier time. */
  readonly isResumed: boolean;
  /** What was changed last lies on the device. */
  readonly isKept: boolean;
  readonly change: (value: QuestionnaireResponse) => void;
  readonly startAnew: () => void;
  readonly forget: () => Promise<void>;
};

/** Answers as far as they are typed, kept with every change: a page that closes loses none. */
export function useDraft(
  name: string,
  questionnaire: Questionnaire,
  begin: QuestionnaireResponse | undefined,
): Draft {
  const { kept } = useData();
  const place = `draft ${name}`;
  const saving = useRef<Promise<void>>(Promise.resolve());
  const [changed, setChanged] = useState<QuestionnaireResponse>();
  const [isAnew, setAnew] = useState(false);
  const [keptLast, setKeptLast] = useState<QuestionnaireResponse>();
  const found = useQuery({
    queryKey: [...HERE, place],
    networkMode: "always" as const,
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const draft = QuestionnaireResponse.safeParse((await kept.get(place))?.value);
      return draft.success ? draft.data : null;
    },
  });
  const start = begin ?? startResponse(questionnaire);
  const later = (act: () => Promise<void>) => {
    // A device without room keeps no draft; what is typed stays on the page.
    saving.current = saving.current.then(act).catch(() => {});
    return saving.current;
  };
  const before = isAnew ? null : found.data;
  return {
    value: changed ?? (found.isPending ? undefined : (before ?? start)),
    isResumed: before !== null && before !== undefined,
    isKept: changed !== undefined && changed === keptLast,
    change: (value) => {
      setChanged(value);
      void later(async () => {
        await kept.put(place, value);
        setKeptLast(value);
      });
    },
    startAnew: () => {
      setAnew(true);
      setChanged(start);
      void later(() => kept.remove(place));
    },
    forget: () => later(() => kept.remove(place)),
  };
}
