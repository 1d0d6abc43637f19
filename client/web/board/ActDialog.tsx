import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { TablerIcon } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { TaskState } from "../shared/TaskState.tsx";
import { useTask } from "../shared/useTask.ts";
import { BOARD_QUERIES } from "./data.ts";

/** Characters; the exchange keeps ten thousand bytes of a text. */
const MOST_WORDS = 3_000;

/** Runs an act of the board; what the pages know of the trial is asked for again afterwards. */
export function useAct(done: string) {
  const queries = useQueryClient();
  const task = useTask();
  const start = (act: () => Promise<void>) =>
    task.run(async (say) => {
      say("Signing, and waiting until it is final…");
      await act();
      await queries.invalidateQueries({ queryKey: BOARD_QUERIES });
      notifications.show({ message: done, color: "teal" });
    });
  return { ...task, start };
}

type Props = {
  /** What is done, as on both buttons. */
  readonly verb: string;
  readonly icon: TablerIcon;
  /** What follows from it. */
  readonly text: string;
  readonly done: string;
  /** What the words are that go with it; undefined for an act without words. */
  readonly words?: string;
  readonly act: (words: string) => Promise<void>;
};

/** A button that asks before it acts, for the board's words where they belong to it. */
export function ActDialog({ verb, icon: Icon, text, done, words, act }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [written, setWritten] = useState("");
  const task = useAct(done);
  const isReady = words === undefined || written.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task
      .start(() => act(written.trim()))
      .then((isDone) => {
        if (!isDone) return;
        setAsking(false);
        setWritten("");
      });
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon size={18} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {verb}…
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={`${verb}?`}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text>{text}</Text>
            {words !== undefined && (
              <Textarea
                label={words}
                description="The sponsor, auditors and everybody else can read this for good. Name no patient."
                autosize
                minRows={4}
                maxRows={14}
                maxLength={MOST_WORDS}
                required
                data-autofocus
                value={written}
                onChange={(event) => setWritten(event.currentTarget.value)}
              />
            )}
            <TaskState task={task} />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsking(false)}>
                Not now
              </Button>
              <Button type="submit" loading={task.isRunning} disabled={!isReady}>
                {verb}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
