import { Alert, Button, Card, List, Select, Stack, Text, Title } from "@mantine/core";
import { IconScissors, IconUsers } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { PERMISSIONS, type Permission } from "../../../../circuits/statement/trial/trial.ts";
import { type CutChoice, chooseCut, SMALL_CUT, sealCut } from "../../../exchange/cut.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount } from "../../shared/format.ts";
import { Problem } from "../../shared/Problem.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { keepCut } from "./cutFiles.ts";

/** Chooses who is in the next cut: everybody whose consent covers a permission now. */
export function NewCut({ data }: { data: TrialData }) {
  const permissions = permissionsIn(data);
  const [permission, setPermission] = useState<string | null>(permissions[0]?.value ?? null);
  const found = useMemo(() => choose(data, permission), [data, permission]);
  return (
    <Card component="section" aria-labelledby="new-cut">
      <Title order={2} size="h4" mb="xs" id="new-cut">
        Seal a cut
      </Title>
      <Text size="sm" c="dimmed" mb="md" maw={720}>
        A cut holds the packages of everybody whose consent covers the permission at the moment of
        sealing. How many could have been in it and are not is public.
      </Text>
      <Stack maw={640}>
        <Select
          label="Permission"
          data={permissions}
          value={permission}
          onChange={setPermission}
          allowDeselect={false}
        />
        {found !== undefined && "problem" in found && <Problem problem={found.problem} />}
        {found !== undefined && "choice" in found && <Choice choice={found.choice} data={data} />}
      </Stack>
    </Card>
  );
}

function permissionsIn({ collections, document }: TrialData) {
  const used = new Set(collections.map(({ permission }) => permission));
  const words = new Map(
    document?.trial.consentForm.permissions.map(({ id, label }) => [id as string, label]),
  );
  return [...used].map((value) => ({ value, label: words.get(value) ?? value }));
}

/** Whom the contract would take now, or why it would take nobody. */
function choose(data: TrialData, permission: string | null) {
  const bit = PERMISSIONS[permission as Permission] as number | undefined;
  if (bit === undefined) return undefined;
  const { trial, entries, participants, events, deployment } = data;
  try {
    const ground = { trialId: trial.trialId, entries, participants, events };
    return { choice: chooseCut({ ...ground, now: deployment.chainTime, permission: bit }) };
  } catch (problem) {
    return { problem };
  }
}

function Choice({ choice, data }: { choice: CutChoice; data: TrialData }) {
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const { entries, pseudonyms, left, isSmall } = choice;
  const seal = () =>
    void task.run(async (say) => {
      say("Sealing the cut on the chain…");
      keepCut(await sealCut(actor, choice, data.trial.protocolNumber));
      refresh();
    });
  const facts: Fact[] = [
    ["People", formatCount(pseudonyms.length)],
    ["Packages", formatCount(entries.length)],
    ["Left out", formatCount(left.length)],
  ];
  return (
    <>
      <Facts facts={facts} />
      {left.length > 0 && <LeftOut left={left} />}
      {isSmall && (
        <Alert color="orange" title="Few people" icon={<IconUsers aria-hidden />}>
          Fewer than {SMALL_CUT}: they may be told apart by what is in it. The board and the people
          themselves see that it is small.
        </Alert>
      )}
      <div>
        <Button
          leftSection={<IconScissors size={18} aria-hidden />}
          loading={task.isRunning}
          onClick={seal}
        >
          Seal this cut
        </Button>
      </div>
      <TaskState task={task} />
    </>
  );
}

/** Why people are not in it, counted by reason. */
function LeftOut({ left }: { left: CutChoice["left"] }) {
  const reasons = [...Map.groupBy(left, ({ why }) => why)];
  return (
    <List size="sm">
      {reasons.map(([why, people]) => (
        <List.Item key={why}>
          {formatCount(people.length)}: {why}
        </List.Item>
      ))}
    </List>
  );
}
