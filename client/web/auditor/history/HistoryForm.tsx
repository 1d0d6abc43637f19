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
import type { AuditProgress } from "../../../auditor/browser.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useAuditor } from "../worker/auditor.tsx";
import type { HistoryResult } from "../worker/messages.ts";
import { ProgressState } from "./ProgressState.tsx";

type Props = {
  readonly onStart: () => void;
  readonly onResult: (result: HistoryResult) => void;
};

/** What is to be audited, and how far it has come. */
export function HistoryForm(props: Props) {
  const { access, ask } = useAuditor();
  const [options, setOptions] = useState(NO_OPTIONS);
  const { start, stop, onProgress, task, progress, startedAt, isStopped } = useRun(props);
  const set = (part: Partial<Options>) => setOptions((before) => ({ ...before, ...part }));
  const auditNode = () =>
    start((signal) => ask("history", { ...access!, ...asked(options) }, { signal, onProgress }));
  const auditBundle = (file: File | null) => {
    if (file) start((signal) => ask("bundle", { file }, { signal, onProgress }));
  };
  return (
    <Stack gap="md" my="lg">
      {access && <OptionFields options={options} set={set} />}
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
            onClick={stop}
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
          A bundle needs no node: it holds every answer of its maker's node.
        </Text>
      )}
    </Stack>
  );
}

type Options = {
  readonly trial: string;
  readonly from: string | number;
  readonly isCompared: boolean;
  readonly isProven: boolean;
};
const NO_OPTIONS: Options = { trial: "", from: "", isCompared: true, isProven: false };

/** The options as the worker takes them. */
const asked = ({ trial, from, ...is }: Options) => ({
  ...is,
  trial: trial === "" ? undefined : trial,
  from: typeof from === "number" ? from : undefined,
});

/** One audit at a time, which can be stopped, and how far it has come. */
function useRun({ onStart, onResult }: Props) {
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
        // Whoever stopped it need not be told that it failed.
        if (!signal.aborted) throw problem;
        setStopped(true);
      }
    });
  const stop = () => stopping.current?.abort();
  return { start, stop, onProgress: setProgress, task, progress, startedAt, isStopped };
}

function OptionFields(props: { options: Options; set: (part: Partial<Options>) => void }) {
  const { options, set } = props;
  return (
    <>
      <Group align="flex-start" gap="sm">
        <TextInput
          label="Only one trial"
          description="Its protocol number; empty for all"
          value={options.trial}
          onChange={(event) => set({ trial: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label="From block"
          description="Earlier proofs are not verified again"
          value={options.from}
          onChange={(from) => set({ from })}
          min={0}
          allowDecimal={false}
          hideControls
        />
      </Group>
      <Checkbox
        label="Compare with what this server tells people"
        checked={options.isCompared}
        onChange={(event) => set({ isCompared: event.currentTarget.checked })}
      />
      <Checkbox
        label="Prove that the node leaves nothing out"
        description="Reads the header of every block: on a long chain that takes a while"
        checked={options.isProven}
        onChange={(event) => set({ isProven: event.currentTarget.checked })}
      />
    </>
  );
}
