import { Button, Group, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Problem } from "../../shared/Problem.tsx";
import { TakeCode } from "../../shared/TakeCode.tsx";
import { Step } from "./Step.tsx";
import type { VisitState } from "./useVisit.ts";

/** What the wallet shows in return. It stays in this page. */
export function AnswerStep({ visit }: { visit: VisitState }) {
  const { answer, takeAnswer } = visit;
  const [problem, setProblem] = useState<unknown>();
  const take = (text: string) => {
    try {
      takeAnswer(text);
      setProblem(undefined);
    } catch (caught) {
      setProblem(caught);
    }
  };
  if (answer !== undefined) {
    return (
      <Step title="Take the wallet's answer">
        <Group justify="space-between">
          <Group gap={6} role="status">
            <IconCircleCheck size={20} color="var(--mantine-color-green-text)" aria-hidden />
            <Text>The answer is here.</Text>
          </Group>
          <Button variant="default" size="xs" onClick={() => takeAnswer(undefined)}>
            Take another
          </Button>
        </Group>
      </Step>
    );
  }
  return (
    <Step
      title="Take the wallet's answer"
      text="The wallet shows a series of codes. Scan them, or open the file it saves."
    >
      <TakeCode label="The wallet's answer" onText={take} />
      {problem !== undefined && <Problem problem={problem} />}
    </Step>
  );
}
