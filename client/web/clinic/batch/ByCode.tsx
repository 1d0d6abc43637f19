import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { leaveByCode, lookAfter } from "../../../handover/byCode.ts";
import { useActor } from "../../shared/account.tsx";
import { formatTime } from "../../shared/format.ts";
import { QrCode } from "../../shared/QrCode.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useDesk } from "../desk/desk.tsx";
import type { Entry, Left } from "../desk/entry.ts";

const LOOK_EVERY_MS = 3_000;

/** Leaves the record at the server, sealed, and shows the code that fetches it once. */
export function ByCode({ entry }: { entry: Entry }) {
  const { api } = useActor();
  const { dispatch } = useDesk();
  const task = useTask();
  const [isShown, setShown] = useState(false);
  const { id, person, outcome, left } = entry;
  const make = () =>
    task.run(async (say) => {
      say("Encrypting the record…");
      const made = await leaveByCode({ api, content: outcome!.file });
      dispatch({ kind: "leave", id, left: made });
      setShown(true);
    });
  const isOver = left === undefined || left.until * 1000 < Date.now() || entry.isHandedOver;
  return (
    <>
      <Button
        leftSection={<IconKey size={18} aria-hidden />}
        variant={entry.isHandedOver ? "default" : "filled"}
        aria-label={`Hand over by a short code: record of ${person.name}`}
        disabled={task.isRunning}
        onClick={() => (isOver ? void make() : setShown(true))}
      >
        By a short code
      </Button>
      <TaskState task={task} />
      <Modal opened={isShown} onClose={() => setShown(false)} title="For the patient's wallet">
        {isShown && left !== undefined && <Code entryId={id} left={left} onNew={make} />}
      </Modal>
    </>
  );
}

type CodeProps = {
  readonly entryId: number;
  readonly left: Left;
  readonly onNew: () => Promise<unknown>;
};

function Code({ entryId, left: { code, id, until }, onNew }: CodeProps) {
  const { api, address } = useActor();
  const { dispatch } = useDesk();
  const { data } = useQuery({
    queryKey: ["handover", address, id],
    queryFn: () => lookAfter({ api, id }),
    refetchInterval: ({ state }) => (state.data?.fetchedAt ? false : LOOK_EVERY_MS),
  });
  const fetchedAt = data?.fetchedAt ?? undefined;
  useEffect(() => {
    if (fetchedAt !== undefined) dispatch({ kind: "handOver", id: entryId });
  }, [fetchedAt, entryId, dispatch]);
  if (fetchedAt !== undefined) {
    return (
      <Stack role="status">
        <Text fw={600}>Fetched on {formatTime(fetchedAt)}</Text>
        <Text size="sm">
          If the patient's wallet does not have it, somebody else fetched it: revoke the record and
          attest it anew. If the wallet lost it on the way, make another code.
        </Text>
        <Group>
          <Button variant="default" onClick={() => void onNew()}>
            Make another code
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack align="center" gap="sm">
      <QrCode text={code} label="Code for the patient's wallet" size={240} />
      <Text ff="monospace" fw={600} ta="center" className="breakable">
        {code}
      </Text>
      <Text size="sm">
        The patient scans it, or types it under “Add a record”. It works once, until{" "}
        {formatTime(until)}. The record waits at the server encrypted, without this code; nobody can
        guess it.
      </Text>
      <Text size="sm" c="dimmed" role="status">
        Waiting for the patient's wallet…
      </Text>
    </Stack>
  );
}
