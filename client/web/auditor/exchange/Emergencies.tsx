import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { casesOf } from "../../../exchange/emergency.ts";
import { formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { type TrialData, useWords } from "./trialData.ts";

/** Cases in which somebody's data were opened without asking, and whether the board has looked into them. */
export function Emergencies({ data }: { data: TrialData }) {
  const { trial, events, deployment } = data;
  const cases = casesOf(events, { now: deployment.chainTime, trialId: trial.trialId });
  const words = useWords(cases.map(({ reason }) => reason)).data;
  return (
    <section aria-labelledby="emergencies">
      <Title order={2} size="h4" mb="sm" id="emergencies">
        Emergencies
      </Title>
      {cases.length === 0 && <Text c="dimmed">Nothing was opened in an emergency.</Text>}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {cases.map(({ caseId, clinician, reason, openedAt, closedAt, isOverdue }) => (
          <li key={String(caseId)}>
            <Group gap="xs">
              <Text size="sm">
                Case {String(caseId)} of {formatTime(openedAt)}, by
              </Text>
              <Hash value={clinician} label="the clinician's account" />
              <Badge color={closedAt !== undefined ? "gray" : isOverdue ? "red" : "blue"}>
                {closedAt !== undefined ? "Closed" : isOverdue ? "Overdue" : "Open"}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed" className="breakable">
              {words?.get(reason) ?? "The words are not published."}
            </Text>
          </li>
        ))}
      </Stack>
    </section>
  );
}
