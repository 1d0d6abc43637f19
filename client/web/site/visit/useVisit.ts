import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { ArrivalAnswer } from "../../../desk/arrival.ts";
import type { Person } from "../../../desk/person.ts";
import { issueChallenge } from "../../../site/challenge.ts";
import { useActor } from "../../shared/account.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useActs } from "../data/acts.tsx";
import { noteAtDesk, readDeskMemory } from "../data/deskMemory.ts";
import { type SiteData, type SitePlace, useSiteRefresh } from "../data/useSite.ts";
import { newestOpen, useChallengeBook } from "./useChallengeBook.ts";
import { checkVisit, type Passed, readAnswer, signVisit, type VisitKind } from "./visit.ts";

type Result =
  | { readonly kind: "passed"; readonly passed: Passed }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** A visit's state and its acts. Answer and person live here only, and go with the page. */
export function useVisit(of: { data: SiteData; place: SitePlace; kind: VisitKind }) {
  const { data, place, kind } = of;
  const actor = useActor();
  const { add } = useActs();
  const refresh = useSiteRefresh();
  const [lost, setLost] = useState<bigint>();
  const [code, setCode] = useState("");
  const [answer, setAnswer] = useState<ArrivalAnswer>();
  const [result, setResult] = useState<Result>();
  const [isSigned, setSigned] = useState(false);
  const giving = useChallenge({ ...of, lost });
  const [checking, signing] = [useTask(), useTask()];
  const { trialId } = data.downloads.trial;
  const takeAnswer = (text: string | undefined) => {
    setResult(undefined);
    setAnswer(text === undefined ? undefined : readAnswer(text));
  };
  // Challenge, answer and what was checked are about the pseudonym chosen then.
  const chooseLost = (pseudonym: bigint | undefined) => {
    takeAnswer(undefined);
    setCode("");
    setLost(pseudonym);
  };
  const check = (person: Person, documentKey: string) =>
    checking.run(async (say) => {
      say("Checking the proofs…");
      setResult(undefined);
      const [{ book }, memory] = [giving, readDeskMemory()];
      const shown = { book, memory, answer: answer!, person, code };
      const asked = { actor, ...place, documentKey, kind, ...shown };
      setResult(await checkVisit(asked).then(toPassed, toRefused));
    });
  const sign = (passed: Passed, withoutTag = false) =>
    signing.run(async (say) => {
      const wrong = await signVisit(actor, passed, { keepNote: noteAtDesk, withoutTag, say });
      if (wrong.length > 0) {
        const message = `Custodians answered wrongly about the tag: tell governance of ${wrong.join(", ")}.`;
        notifications.show({ message, color: "orange", autoClose: false });
      }
      // Last: until the act is on the chain, the same answer may be shown again.
      giving.keep(passed.book);
      const what = kind === "arrival" ? "Arrival" : "Lost wallet replaced";
      const { pseudonym, now } = passed;
      add({ at: now, what, trialId, siteId: place.siteId, pseudonym });
      setSigned(true);
      refresh();
    });
  const passed = result?.kind === "passed" ? result.passed : undefined;
  const common = {
    kind,
    lost,
    chooseLost,
    code,
    setCode,
    answer,
    takeAnswer,
    result,
    passed,
    isSigned,
  };
  return { ...giving, ...common, check, sign, checking, signing };
}
export type VisitState = ReturnType<typeof useVisit>;

/** Challenges: the open one of this site, and how to make another. */
function useChallenge(of: {
  data: SiteData;
  place: SitePlace;
  kind: VisitKind;
  lost: bigint | undefined;
}) {
  const { data, place, kind, lost } = of;
  const { api } = useActor();
  const [book, keep] = useChallengeBook();
  const task = useTask();
  const { trial, deployment } = data.downloads;
  const { trialId } = trial;
  const { siteId } = place;
  const challenge = newestOpen(book, { trialId, siteId, kind, lost, now: deployment.chainTime });
  const give = (freshEligibility: boolean) =>
    task.run(async (say) => {
      say("Making a challenge…");
      const { chainTime: now } = await api.deployment();
      const succeeds = lost;
      const issued = issueChallenge({ book, trialId, siteId, now, freshEligibility, succeeds });
      keep(issued.book);
    });
  return { book, keep, challenge, give, giving: task };
}

function toPassed(passed: Passed): Result {
  return { kind: "passed", passed };
}

/** A refusal is a result; anything else is a fault. */
function toRefused(error: unknown): Result {
  if (error instanceof Refusal) return { kind: "refused", refusal: error };
  throw error;
}
