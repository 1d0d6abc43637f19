import { Badge, Button, FileButton, Group, Stack, Table, Text, Title } from "@mantine/core";
import { IconPrinter, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { SPONSOR_SITE } from "../../../../circuits/statement/exchange/delegation.ts";
import {
  revokeStaff,
  type StaffEntry,
  staffLog,
  staffOf,
  tasksOf,
} from "../../../exchange/staff.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { NewStaff } from "./NewStaff.tsx";
import { readStaffNames, type StaffNames } from "./staffNames.ts";
import { TASK_WORDS } from "./taskWords.ts";

type Props = { readonly data: TrialData; readonly siteId: number; readonly isSigner: boolean };

/** A site's delegation log, or the sponsor's: who does what, from when until when. Printed, it is the log of ICH E6. */
export function StaffSection({ data, siteId, isSigner }: Props) {
  const [names, setNames] = useState<StaffNames>(new Map());
  const log = staffLog(data.events, data.trial.trialId).filter((one) => one.siteId === siteId);
  const isSponsor = siteId === SPONSOR_SITE;
  const signer = isSponsor
    ? data.trial.sponsor
    : data.version?.terms.sites.find((one) => one.siteId === siteId)?.signer;
  return (
    <section aria-labelledby="staff">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="staff">
          Delegation log
        </Title>
        {log.length > 0 && <LogActions onNames={setNames} />}
      </Group>
      <Text size="sm" mb="sm">
        {data.trial.protocolNumber}, {staffOf(siteId)}
        {signer !== undefined && (
          <>
            . Tasks are delegated by <Hash value={signer} label="the account that delegates" />
          </>
        )}
      </Text>
      {!isSponsor && (
        <Text size="sm" c="dimmed" mb="sm">
          No arrival counts without a signature: of that account, or of somebody whose tasks name it
          here.
        </Text>
      )}
      {log.length === 0 && (
        <Text c="dimmed">No task is delegated: only the account of {staffOf(siteId)} acts.</Text>
      )}
      {log.length > 0 && <Log {...{ log, data, isSigner, names }} />}
      {isSigner && <NewStaff data={data} siteId={siteId} />}
    </section>
  );
}

function LogActions({ onNames }: { onNames: (names: StaffNames) => void }) {
  const task = useTask();
  return (
    <Group gap="xs" className="no-print">
      <FileButton
        multiple
        accept="application/json"
        onChange={(files) => void task.run(async () => onNames(await readStaffNames(files)))}
      >
        {(props) => (
          <Button
            {...props}
            variant="default"
            size="compact-sm"
            leftSection={<IconUsers size={16} aria-hidden />}
          >
            Show names from your files
          </Button>
        )}
      </FileButton>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPrinter size={16} aria-hidden />}
        onClick={() => window.print()}
      >
        Print
      </Button>
      <TaskState task={task} />
    </Group>
  );
}

type LogProps = {
  readonly log: readonly StaffEntry[];
  readonly data: TrialData;
  readonly isSigner: boolean;
  readonly names: StaffNames;
};

function Log({ log, ...rest }: LogProps) {
  return (
    <Table.ScrollContainer minWidth={680} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Delegation log" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {["Person", "Account", "Tasks", "From", "Until", "State"].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {log.map((one) => (
            <Line key={`${one.key} ${one.delegatedIn} ${one.from}`} one={one} {...rest} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** By the chain's time: not begun, in force, ended by itself or by the site. */
function standingOf({ from, until, endedAt }: StaffEntry, now: number): [string, string] {
  if (endedAt !== undefined) return ["Ended", "gray"];
  if (now >= until) return ["Over", "gray"];
  return now < from ? ["Not begun", "blue"] : ["In force", "teal"];
}

function Line({ one, data, isSigner, names }: Omit<LogProps, "log"> & { one: StaffEntry }) {
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const { key, siteId, tasks, from, until, endedAt, person } = one;
  const [standing, color] = standingOf(one, data.deployment.chainTime);
  const isOpen = endedAt === undefined && data.deployment.chainTime < until;
  const end = () =>
    void task.run(async (say) => {
      say("Ending the delegation…");
      await revokeStaff(actor, { trialId: data.trial.trialId, siteId, key });
      refresh();
    });
  const name = names.get(person);
  return (
    <Table.Tr>
      <Table.Td>{name ?? <Hash value={person} label="the hash of name and role" />}</Table.Td>
      <Table.Td>
        <Hash value={key} label="the account" />
      </Table.Td>
      <Table.Td>
        {tasksOf(tasks)
          .map((task) => TASK_WORDS[task])
          .join(", ")}
      </Table.Td>
      <Table.Td>{formatTime(from)}</Table.Td>
      <Table.Td>{formatTime(endedAt ?? until)}</Table.Td>
      <Table.Td>
        <Stack gap={4} align="flex-start">
          <Badge color={color}>{standing}</Badge>
          {isOpen && isSigner && (
            <Button
              className="no-print"
              size="compact-sm"
              variant="default"
              loading={task.isRunning}
              onClick={end}
            >
              End it now
            </Button>
          )}
          <TaskState task={task} />
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}
