import { Button, Stack, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { closeCase } from "../../../exchange/emergency.ts";
import { useActor } from "../../shared/account.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { BOARD_QUERIES } from "../data.ts";

const MAX_WORDS = 2_000;

/** The board says what it found, in words that stay public. */
export function CloseCase({ caseId }: { caseId: bigint }) {
  const actor = useActor();
  const queries = useQueryClient();
  const task = useTask();
  const [outcome, setOutcome] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say("Publishing what you found and closing the case…");
      await closeCase(actor, { caseId, outcome: outcome.trim() });
      await queries.invalidateQueries({ queryKey: BOARD_QUERIES });
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" mt="md" maw={560}>
        <Textarea
          label="What you found"
          description="Everybody can read it for good. Name nobody."
          autosize
          minRows={2}
          maxLength={MAX_WORDS}
          required
          value={outcome}
          onChange={(event) => setOutcome(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" loading={task.isRunning} disabled={outcome.trim() === ""}>
            Close the case
          </Button>
        </div>
        <TaskState task={task} />
        <Text size="xs" c="dimmed">
          A case that stays open for more than 7 days suspends its clinician until you close it.
        </Text>
      </Stack>
    </form>
  );
}
