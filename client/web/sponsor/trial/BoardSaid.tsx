// What the board said of a trial, and what its sponsor has to do about it.
import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { IconMessageExclamation } from "@tabler/icons-react";
import { Link } from "wouter";
import type { Recruitment } from "../../../api/recruitment.ts";
import { sponsorSteps } from "../../../trial/opinions.ts";
import { Opinions } from "../../shared/Opinions.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { useOpinions } from "../useRecruiting.ts";

/** Next steps above, the board's words below; nothing while the board has said nothing. */
export function BoardSaid({ trial }: { trial: Recruitment }) {
  const { data = [], error, refetch } = useOpinions(trial.protocolNumber);
  const steps = sponsorSteps(data, trial);
  const amend = `/trial/${encodeURIComponent(trial.protocolNumber)}/amend`;
  const isOver = trial.status === "closed-to-accrual" || trial.status === "completed";
  if (error) return <Problem problem={error} retry={() => void refetch()} />;
  return (
    <>
      {steps.length > 0 && (
        <Alert color="yellow" icon={<IconMessageExclamation aria-hidden />} title="What to do next">
          <Stack gap="xs">
            {steps.map((step) => (
              <Text key={step} size="sm">
                {step}
              </Text>
            ))}
            {!isOver && (
              <Anchor component={Link} href={amend} size="sm" underline="always">
                Write the next version
              </Anchor>
            )}
          </Stack>
        </Alert>
      )}
      <Opinions opinions={data} />
    </>
  );
}
