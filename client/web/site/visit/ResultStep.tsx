import { Alert, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconHandStop } from "@tabler/icons-react";
import { Problem } from "../../shared/Problem.tsx";
import { adviceOf, checksOf, failedCheck, OWNERSHIP } from "./checks.ts";
import { PseudonymLine } from "./PseudonymLine.tsx";
import { Step } from "./Step.tsx";
import type { VisitState } from "./useVisit.ts";

const MARKS = {
  passed: { icon: IconCircleCheck, color: "var(--mantine-color-green-text)", word: "Passed" },
  failed: { icon: IconCircleX, color: "var(--mantine-color-red-text)", word: "Failed" },
  open: { icon: IconCircleDashed, color: "var(--mantine-color-dimmed)", word: "Not checked" },
} as const;

/** Each check with its outcome; after a refusal, what it means and what to do. */
export function ResultStep({ visit }: { visit: VisitState }) {
  const { kind, book, answer, result } = visit;
  if (result === undefined) return null;
  const asked = book.open.find(({ challenge }) => challenge === answer?.challenge);
  const checks = checksOf(kind, asked?.freshEligibility === true);
  const refusal = result.kind === "refused" ? result.refusal : undefined;
  const failed = refusal && failedCheck(checks, refusal);
  const markOf = (index: number) => {
    if (refusal === undefined || (failed !== undefined && index < failed)) return MARKS.passed;
    return index === failed ? MARKS.failed : MARKS.open;
  };
  const advice = refusal && adviceOf(refusal);
  // Whose screen failure to record, if it comes to that: proven, whatever failed after it.
  const isOwner = kind === "arrival" && failed !== undefined && failed > OWNERSHIP;
  return (
    <Step title={refusal === undefined ? "Everything holds" : "Do not sign"}>
      <Stack component="ul" gap="xs" m={0} p={0} aria-label="What was checked">
        {checks.map(({ text }, index) => {
          const { icon: Icon, color, word } = markOf(index);
          return (
            <Group component="li" key={text} gap="sm" wrap="nowrap" align="flex-start">
              <Icon
                size={22}
                color={color}
                role="img"
                aria-label={word}
                style={{ flexShrink: 0 }}
              />
              <Text>{text}</Text>
            </Group>
          );
        })}
      </Stack>
      {isOwner && answer && <PseudonymLine pseudonym={BigInt(answer.membership.nullifier)} />}
      {advice !== undefined && (
        <Alert color="yellow" role="alert" icon={<IconHandStop aria-hidden />} title="What to do">
          {advice}
        </Alert>
      )}
      {refusal !== undefined && advice === undefined && <Problem problem={refusal} />}
    </Step>
  );
}
