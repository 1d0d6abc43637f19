// Corrections of what a cut holds: whoever asked for the cut takes note of each, on the chain, and who has not is listed.
import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { hashEntry } from "../../../../circuits/statement/exchange/entry.ts";
import {
  acknowledge,
  CORRECTION_WORDS,
  type Notice,
  noticesFor,
} from "../../../exchange/correct.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { formatCount, formatTime, shorten } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { findCut } from "./cutFiles.ts";

export function Corrections({ data }: { data: TrialData }) {
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const { entries, events } = data;
  const cuts = data.cuts.flatMap((cut) => findCut(data, cut) ?? []);
  const notices = noticesFor({ cuts, entries, events }).toReversed();
  const open = notices.filter(({ acknowledgedAt }) => acknowledgedAt === undefined);
  const takeNote = (all: readonly Notice[]) =>
    void task.run(async (say) => {
      for (const [i, one] of all.entries()) {
        say(`Taking note of ${formatCount(i + 1)} of ${formatCount(all.length)}…`);
        await acknowledge(actor, one);
      }
      refresh();
    });
  return (
    <section aria-labelledby="corrections">
      <Title order={2} size="h4" id="corrections" mb="sm">
        Corrections
      </Title>
      {notices.length === 0 && <Text c="dimmed">Nothing that you asked for was corrected.</Text>}
      {notices.length > 0 && (
        <Stack gap="sm">
          <Text size="sm" c="dimmed" maw={720}>
            The old packages stay where they were opened. Seal a cut and ask again to have the new
            ones.
          </Text>
          {notices.map((notice) => (
            <OneNotice
              key={`${notice.requestId} ${notice.correcting}`}
              {...{ notice, data }}
              isBusy={task.isRunning}
              onNote={() => takeNote([notice])}
            />
          ))}
          {open.length > 1 && (
            <div>
              <Button variant="default" loading={task.isRunning} onClick={() => takeNote(open)}>
                Take note of all {formatCount(open.length)}
              </Button>
            </div>
          )}
          <TaskState task={task} />
        </Stack>
      )}
    </section>
  );
}

type Props = {
  readonly notice: Notice;
  readonly data: TrialData;
  readonly isBusy: boolean;
  readonly onNote: () => void;
};

function OneNotice({ notice, data, isBusy, onNote }: Props) {
  const { cutId, requestId, correcting, reason, acknowledgedAt } = notice;
  const entry = data.entries.find((one) => hashEntry(one.entry) === correcting)?.entry;
  const title = data.collections.find(({ id }) => id === entry?.collection)?.title;
  const isOpen = acknowledgedAt === undefined;
  return (
    <Card padding="sm" data-correction={correcting}>
      <Group justify="space-between" gap="sm">
        <Stack gap={2}>
          <Group gap="xs">
            <Text fw={600}>{title ?? entry?.collection ?? "A package"}</Text>
            <Badge color={isOpen ? "orange" : "teal"}>{isOpen ? "Open" : "Noted"}</Badge>
          </Group>
          <Text size="sm">
            {entry && `Of ${shorten(String(entry.pseudonym))}; `}
            {CORRECTION_WORDS[reason]}. In cut {String(cutId)}, request {String(requestId)}.
          </Text>
          {!isOpen && (
            <Text size="sm" c="dimmed">
              You took note on {formatTime(acknowledgedAt)}.
            </Text>
          )}
        </Stack>
        {isOpen && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={isBusy}
            leftSection={<IconCheck size={16} aria-hidden />}
            onClick={onNote}
          >
            Take note
          </Button>
        )}
      </Group>
    </Card>
  );
}
