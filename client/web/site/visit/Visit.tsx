import { Stack } from "@mantine/core";
import type { SiteData, SitePlace } from "../data/useSite.ts";
import { AnswerStep } from "./AnswerStep.tsx";
import { ChallengeStep } from "./ChallengeStep.tsx";
import { LostStep } from "./LostStep.tsx";
import { PersonStep } from "./PersonStep.tsx";
import { ResultStep } from "./ResultStep.tsx";
import { SignedStep } from "./SignedStep.tsx";
import { SignStep } from "./SignStep.tsx";
import { useVisit } from "./useVisit.ts";
import type { VisitKind } from "./visit.ts";

type Props = {
  readonly data: SiteData;
  readonly place: SitePlace;
  readonly kind: VisitKind;
  readonly onNext: () => void;
};

/** The steps of a visit, each open once the one before is done. */
export function Visit({ data, place, kind, onNext }: Props) {
  const visit = useVisit({ data, place, kind });
  const { passed, isSigned } = visit;
  if (passed !== undefined && isSigned) return <SignedStep passed={passed} onNext={onNext} />;
  const isSealed =
    data.downloads.state.versions.find(
      ({ version }) => version === data.downloads.state.currentVersion,
    )?.terms.isSealed === true;
  return (
    <Stack gap="lg" maw={760}>
      {kind === "succession" && (
        <LostStep
          participants={data.roster.participants}
          value={visit.lost}
          onChange={visit.chooseLost}
          code={visit.code}
          onCode={visit.setCode}
        />
      )}
      <ChallengeStep visit={visit} />
      {visit.challenge !== undefined && <AnswerStep visit={visit} />}
      {visit.answer !== undefined && (
        <PersonStep visit={visit} isSealed={isSealed} identityDocument={data.identityDocument} />
      )}
      {visit.result !== undefined && <ResultStep visit={visit} />}
      {passed !== undefined && <SignStep visit={visit} passed={passed} />}
    </Stack>
  );
}
