import { Button, Card, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAddressBook, IconDownload, IconLock, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { RosterEntry } from "../../../clinic/roster/roster.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatDate, shorten } from "../../shared/format.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { RosterGate } from "./RosterGate.tsx";
import { useRoster } from "./session.tsx";

const SHOWN = 200;

/** Who has which wallet at this clinic, and the roster as a file. */
export default function RosterPage() {
  return (
    <>
      <PageHead
        title="Roster"
        text="One wallet per person, one person per wallet. Sites rely on it: whoever proves with a record of yours is the person whom you attested."
      />
      <RosterGate>
        <OpenRoster />
      </RosterGate>
    </>
  );
}

function OpenRoster() {
  const { roster } = useRoster();
  const { entries } = roster!;
  return (
    <Stack gap="lg">
      <RosterFile count={entries.length} />
      {entries.length === 0 ? (
        <Empty icon={IconAddressBook} title="Nobody yet">
          Each person enters the roster when you attest their first record.
        </Empty>
      ) : (
        <Stack component="ul" gap="xs" p={0} m={0} aria-label="People in the roster">
          {entries.slice(0, SHOWN).map((entry) => (
            <PersonCard key={entry.place} entry={entry} />
          ))}
        </Stack>
      )}
      {entries.length > SHOWN && (
        <Text size="sm" c="dimmed">
          And {formatCount(entries.length - SHOWN)} more; the command line lists them all.
        </Text>
      )}
    </Stack>
  );
}

function RosterFile({ count }: { count: number }) {
  const { save, lock } = useRoster();
  const [isAsking, setAsking] = useState(false);
  const task = useTask();
  const download = () =>
    void task.run(async () => {
      saveFile("roster.age", await save(), "application/octet-stream");
    });
  return (
    <Card>
      <Stack gap="sm">
        <Text size="sm">
          {formatCount(count)} {count === 1 ? "person" : "people"}. The roster is kept encrypted in
          this browser. Save its file after each day's work: it opens with the same passphrase, here
          and on the command line, and nothing else knows whom you have attested.
        </Text>
        <Group>
          <Button leftSection={<IconDownload size={18} aria-hidden />} onClick={download}>
            Save the roster file
          </Button>
          <Button
            variant="default"
            leftSection={<IconLock size={18} aria-hidden />}
            onClick={() => lock()}
          >
            Lock
          </Button>
          <Button
            variant="subtle"
            color="gray"
            c="dimmed"
            leftSection={<IconTrash size={18} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            Remove from this browser…
          </Button>
        </Group>
        <TaskState task={task} />
      </Stack>
      <RemoveDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </Card>
  );
}

function RemoveDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { remove } = useRoster();
  const task = useTask();
  const act = async () => {
    if (!(await task.run(remove))) return;
    notifications.show({ message: "The roster is no longer in this browser.", color: "green" });
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title="Remove the roster?">
      <Stack>
        <Text>
          Without its saved file nobody will know who has which wallet: people could be attested a
          second time under another one. Save the file first. The desk that this browser keeps goes
          with it: hand over what waits.
        </Text>
        <TaskState task={task} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button color="red.9" disabled={task.isRunning} onClick={() => void act()}>
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function PersonCard({ entry }: { entry: RosterEntry }) {
  const { ids, numbers, identities } = entry;
  const names = [...ids.map(({ id }) => id), ...numbers.map(({ value }) => value)];
  return (
    <Card component="li" padding="md">
      <Text fw={600} className="breakable">
        {names.join("; ")}
      </Text>
      {identities.map(({ commitment, boundOn, records }, i) => (
        <Text key={String(commitment)} size="sm" c="dimmed" className="breakable">
          Wallet {shorten(commitment)} since {formatDate(formatDay(boundOn))}
          {i < identities.length - 1 && ", lost"}; records:{" "}
          {records.map((one) => String(one.commitment)).join(", ") || "none"}
        </Text>
      ))}
    </Card>
  );
}
