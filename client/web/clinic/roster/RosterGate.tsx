import {
  Alert,
  Button,
  Card,
  FileButton,
  Group,
  PasswordInput,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconAddressBook, IconFolderOpen, IconLockOpen } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Loading } from "../../shared/Loading.tsx";
import { isReady, NewPassphrase, NOTHING_TYPED } from "../../shared/NewPassphrase.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { type Task, useTask } from "../../shared/useTask.ts";
import { useRoster } from "./session.tsx";

/** Shows what needs the roster once that is open; asks for its passphrase before. */
export function RosterGate({ children }: { children: ReactNode }) {
  const { isKept, problem, lookAgain, roster } = useRoster();
  if (roster !== undefined) return children;
  if (problem !== undefined) return <Problem problem={problem} retry={lookAgain} />;
  if (isKept === undefined) return <Loading what="the roster" h={160} />;
  return (
    <Card component="section" aria-labelledby="roster-gate">
      <Stack>
        <Title order={2} size="h4" id="roster-gate">
          <IconAddressBook size={20} aria-hidden style={{ verticalAlign: "-3px" }} /> The clinic's
          roster
        </Title>
        <Text size="sm" c="dimmed">
          It keeps one wallet per person and one person per wallet. Nobody is attested without it.
          It is encrypted, stays in this browser and is never sent.
        </Text>
        {isKept ? <Unlock /> : <Begin />}
      </Stack>
    </Card>
  );
}

function Unlock() {
  const { unlock, wasChanged } = useRoster();
  const [passphrase, setPassphrase] = useState("");
  const task = useTask();
  return (
    <>
      {wasChanged && (
        <Alert color="yellow" role="status">
          The roster was changed in another tab. Open it again to continue from there.
        </Alert>
      )}
      <PasswordInput
        label="Passphrase of the roster"
        autoComplete="current-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <Group>
        <Button
          leftSection={<IconLockOpen size={18} aria-hidden />}
          disabled={passphrase === "" || task.isRunning}
          onClick={() =>
            void task.run(async (say) => {
              say("Opening takes a moment: that makes guessing the passphrase slow…");
              await unlock(passphrase);
            })
          }
        >
          Open the roster
        </Button>
      </Group>
      <TaskState task={task} />
    </>
  );
}

type OpenFileProps = {
  readonly file: File;
  readonly passphrase: string;
  readonly onPassphrase: (passphrase: string) => void;
  readonly task: Task;
  readonly onBack: () => void;
};

function OpenFile({ file, passphrase, onPassphrase, task, onBack }: OpenFileProps) {
  const { take } = useRoster();
  return (
    <>
      <PasswordInput
        label={`Passphrase of ${file.name}`}
        autoComplete="off"
        value={passphrase}
        onChange={(event) => onPassphrase(event.currentTarget.value)}
      />
      <Group>
        <Button
          disabled={passphrase === "" || task.isRunning}
          onClick={() =>
            void task.run(async (say) => {
              say("Opening the file…");
              await take(new Uint8Array(await file.arrayBuffer()), passphrase);
            })
          }
        >
          Open the file
        </Button>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
      <TaskState task={task} />
    </>
  );
}

function Begin() {
  const { create } = useRoster();
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [file, setFile] = useState<File>();
  const [passphrase, onPassphrase] = useState("");
  const task = useTask();
  if (file !== undefined) {
    const onBack = () => setFile(undefined);
    return <OpenFile {...{ file, passphrase, onPassphrase, task, onBack }} />;
  }
  return (
    <>
      <Text size="sm">
        If the clinic has a roster already, from the command line or another browser, open its file.
        A second roster would know nobody from the first.
      </Text>
      <Group>
        <FileButton
          onChange={(chosen) => setFile(chosen ?? undefined)}
          accept=".age"
          inputProps={{ "aria-label": "File with the clinic's roster" }}
        >
          {(props) => (
            <Button {...props} leftSection={<IconFolderOpen size={18} aria-hidden />}>
              Open a roster file
            </Button>
          )}
        </FileButton>
      </Group>
      <NewPassphrase label="Passphrase of a new roster" typed={typed} onChange={setTyped} />
      <Group>
        <Button
          variant="default"
          disabled={!isReady(typed) || task.isRunning}
          onClick={() =>
            void task.run(async (say) => {
              say("Starting a roster…");
              await create(typed.first);
            })
          }
        >
          Start a new roster
        </Button>
      </Group>
      <TaskState task={task} />
    </>
  );
}
