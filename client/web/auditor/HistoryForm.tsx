import {
  Button,
  Checkbox,
  FileButton,
  Group,
  NumberInput,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPackage, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { AuditProgress } from "../../auditor/browser.ts";
import { TaskState } from "../shared/TaskState.tsx";
import { useTask } from "../shared/useTask.ts";
import { useAuditor } from "./auditor.tsx";
import type { HistoryResult } from "./messages.ts";
import { ProgressState } from "./ProgressState.tsx";

type Props = {
  readonly onStart: () => void;
  readonly onResult: (result: HistoryResult) => void;
};

/** What is to be audited, and how far it has come. */
export function HistoryForm({ onStart, onResult }: Props) {
  const { access, ask } = useAuditor();
  const [trial, setTrial] = useState("");
  const [from, setFrom] = useState<string | number>("");
  const [isCompared, setCompared] = useState(true);
  const [isProven, setProven] = useState(false);
  const [progress, setProgress] = useState<AuditProgress>();
  const [startedAt, setStartedAt] = useState(0);
  const [isStopped, setStopped] = useState(false);
  const stopping = useRef<AbortController>(undefined);
  const task = useTask();
  useEffect(() => () => stopping.current?.abort(), []);

  const start = (run: (signal: AbortSignal) => Promise<HistoryResult>) =>
    void task.run(async () => {
      onStart();
      setProgress(undefined);
      setStartedAt(performance.now());
      setStopped(false);
      stopping.current = new AbortController();
      const { signal } = stopping.current;
      try {
        onResult(await run(signal));
      } catch (problem) {
        // Who stopped it need not be told that it failed.
        if (!signal.aborted) throw problem;
        setStopped(true);
      }
    });
  const auditNode = () =>
    start((signal) =>
      ask(
        "history",
        {
          ...access!,
          isCompared,
          isProven,
          trial: trial === "" ? undefined : trial,
          from: typeof from === "number" ? from : undefined,
        },
        { signal, onProgress: setProgress },
      ),
    );
  const auditBundle = (file: File | null) => {
    if (file) start((signal) => ask("bundle", { file }, { signal, onProgress: setProgress }));
  };
  return (
    <Stack gap="md" my="lg">
      {access && (
        <>
          <Group align="flex-start" gap="sm">
            <TextInput
              label="Only one trial"
              description="Its protocol number; empty for all"
              value={trial}
              onChange={(event) => setTrial(event.currentTarget.value.trim())}
            />
            <NumberInput
              label="From block"
              description="Earlier proofs are not verified again"
              value={from}
              onChange={setFrom}
              min={0}
              allowDecimal={false}
              hideControls
            />
          </Group>
          <Checkbox
            label="Compare with what this server tells people"
            checked={isCompared}
            onChange={(event) => setCompared(event.currentTarget.checked)}
          />
          <Checkbox
            label="Prove that the node leaves nothing out"
            description="Reads the header of every block: on a long chain that takes a while"
            checked={isProven}
            onChange={(event) => setProven(event.currentTarget.checked)}
          />
        </>
      )}
      <Group gap="sm">
        {access && (
          <Button
            leftSection={<IconPlayerPlay size={18} aria-hidden />}
            disabled={task.isRunning}
            onClick={auditNode}
          >
            Start the check
          </Button>
        )}
        <FileButton onChange={auditBundle} accept=".gz,application/gzip" disabled={task.isRunning}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              disabled={task.isRunning}
              leftSection={<IconPackage size={18} aria-hidden />}
            >
              Repeat from a bundle, offline
            </Button>
          )}
        </FileButton>
        {task.isRunning && (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={18} aria-hidden />}
            onClick={() => stopping.current?.abort()}
          >
            Stop
          </Button>
        )}
      </Group>
      {task.isRunning && <ProgressState progress={progress} startedAt={startedAt} />}
      {!task.isRunning && <TaskState task={task} />}
      <Text size="sm" aria-live="polite">
        {isStopped && !task.isRunning && "Stopped. There is no verdict."}
      </Text>
      {!access && (
        <Text size="sm" c="dimmed">
          A bundle needs no node: it holds everything that its maker's node answered.
        </Text>
      )}
    </Stack>
  );
}
