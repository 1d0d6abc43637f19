import { Badge, Button, Group, Modal, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  type ErasureStatus,
  erasureOf,
  signErasure,
  submitErasure,
} from "../../../exchange/erase.ts";
import { provenRecipient } from "../../../exchange/visit.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { useApi } from "../../shared/exchange.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { scopeIn } from "./depositing.ts";
import type { Rights } from "./visits.ts";

type Props = { readonly data: TrialData; readonly siteId: number; readonly rights: Rights };

/** Who has arrived here: whether they can read what is kept about them, and erasure as they declare it at the desk. */
export function PeopleSection({ data, siteId, rights }: Props) {
  const [chosen, setChosen] = useState<bigint>();
  const people = data.participants.filter((one) => one.siteId === siteId && one.arrivedAt !== null);
  if (people.length === 0) return null;
  return (
    <section aria-labelledby="people" className="no-print">
      <Title order={2} size="h4" id="people" mb={4}>
        Participants
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Forms are sealed for the participant's own key, too. Their wallet publishes it with the
        first data that they send, or by itself. Until then no form can be sent for them.
      </Text>
      <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label="Participants">
          <Table.Thead>
            <Table.Tr>
              {["Participant", "Arrived", "Their key", "Erasure"].map((head) => (
                <Table.Th key={head} scope="col">
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map(({ pseudonym, arrivedAt }) => (
              <Table.Tr key={String(pseudonym)}>
                <Table.Td>
                  <Hash value={pseudonym} label="the pseudonym" />
                </Table.Td>
                <Table.Td>{formatTime(arrivedAt ?? 0)}</Table.Td>
                <Table.Td>
                  <KeyBadge data={data} pseudonym={pseudonym} />
                </Table.Td>
                <Table.Td>
                  <Erasing {...{ data, pseudonym, rights }} onAsk={() => setChosen(pseudonym)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {chosen !== undefined && (
        <EraseDialog
          data={data}
          siteId={siteId}
          pseudonym={chosen}
          onClose={() => setChosen(undefined)}
        />
      )}
    </section>
  );
}

/** Whether the key that the exchange shows is theirs: by their own proof, checked here. */
function KeyBadge({ data, pseudonym }: { data: TrialData; pseudonym: bigint }) {
  const api = useApi();
  const { entries, trial, place } = data;
  const own = entries.filter(({ entry }) => entry.pseudonym === pseudonym).length;
  const key = useQuery({
    queryKey: ["site-person-key", trial.trialId, String(pseudonym), own],
    queryFn: async () => {
      const state = await api.publicState(trial.trialId);
      const at = { chainId: place.chainId, depositLog: place.depositLog };
      const of = { entries, pseudonym, state, at, scope: scopeIn(data) };
      return (await provenRecipient(of)) === undefined ? "none" : "proven";
    },
    retry: false,
  });
  if (key.isPending) return <Text size="sm">Checking…</Text>;
  if (key.error) return <Badge color="red">Not theirs: send nothing, tell governance</Badge>;
  return key.data === "proven" ? (
    <Badge color="teal">Published and proven</Badge>
  ) : (
    <Badge color="yellow">None yet: ask them to publish it in their wallet</Badge>
  );
}

type ErasingProps = {
  readonly data: TrialData;
  readonly pseudonym: bigint;
  readonly rights: Rights;
  readonly onAsk: () => void;
};

function statusOf(data: TrialData, pseudonym: bigint): ErasureStatus {
  const { trial, events } = data;
  const { trialId, versions } = trial;
  return erasureOf({ trialId, pseudonym, events, versions });
}

function Erasing({ data, pseudonym, rights, onAsk }: ErasingProps) {
  const status = statusOf(data, pseudonym);
  if (status.askedAt === undefined) {
    return (
      <Button size="compact-sm" variant="default" disabled={!rights.mayErase} onClick={onAsk}>
        Erase…
      </Button>
    );
  }
  const done = formatCount(status.destroyed.length);
  return (
    <Stack gap={2} align="flex-start">
      <Badge color={status.isUnreadable ? "gray" : "orange"}>
        {status.isUnreadable ? "Unreadable for good" : "Asked for"}
      </Badge>
      <Text size="xs" c="dimmed">
        {formatTime(status.askedAt)}; {done} of {formatCount(data.custodians.length)} custodians
        have destroyed their keys
      </Text>
    </Stack>
  );
}

type DialogProps = {
  readonly data: TrialData;
  readonly siteId: number;
  readonly pseudonym: bigint;
  readonly onClose: () => void;
};

/** Asks before it is signed: nobody can take it back. */
function EraseDialog({ data, siteId, pseudonym, onClose }: DialogProps) {
  const { api, signer } = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const sign = () =>
    void task
      .run(async (say) => {
        say("Signing and sending, and waiting until it is final…");
        const { trialId } = data.trial;
        const { chainTime: now } = await api.deployment();
        const { place } = data;
        const order = await signErasure({ signer, place, trialId, pseudonym, siteId, now });
        await api.settle(await submitErasure(api, order));
        refresh();
      })
      .then((isDone) => isDone && onClose());
  const close = () => {
    if (!task.isRunning) onClose();
  };
  return (
    <Modal opened onClose={close} title="Erase what is kept" withCloseButton={!task.isRunning}>
      <Stack>
        <Hash value={pseudonym} label="the pseudonym" />
        <Text>
          The person has declared here, in writing, that everything kept about them in this trial is
          to be erased. All custodians are asked to destroy their keys, and the exchange drops the
          packages. It cannot be taken back.
        </Text>
        <Text size="sm" c="dimmed">
          What was opened before stays with those who opened it: they owe a statement that they
          destroyed it. The law may ask the sponsor to keep data collected until now: look into the
          consent form first. The person stays in the trial: a withdrawal is another act.
        </Text>
        <TaskState task={task} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} disabled={task.isRunning}>
            Cancel
          </Button>
          <Button color="red.9" onClick={sign} disabled={task.isRunning}>
            Sign the erasure
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
