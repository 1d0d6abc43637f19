import { Button, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { requestCut, type SealedCut } from "../../../exchange/cut.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { type KeptRequest, writeKept } from "./kept.ts";

const MAX_PURPOSE = 2_000;

type Props = {
  /** Undefined when its entries cannot be found from here. */
  readonly cut: SealedCut | undefined;
  readonly data: TrialData;
  readonly add: (one: KeptRequest) => void;
};

/** Asks in public to open a cut; its key is handed over as a file before anything is sent. */
export function RequestForm({ cut, data, add }: Props) {
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const [purpose, setPurpose] = useState("");
  if (cut === undefined) {
    return (
      <Text size="sm" c="dimmed">
        Which packages are in this cut cannot be told here: it was sealed on the command line, from
        a choice of its own. Ask to open it there.
      </Text>
    );
  }
  const { protocolNumber } = data.trial;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say("Publishing the purpose and asking the custodians…");
      const keepKey = async (key: { recipientKey: string; privateKey: Uint8Array }) => {
        const kept = { cut, ...key };
        saveFile(`request-for-cut-${cut.cutId}.json`, writeKept(kept), "application/json");
        add(kept);
      };
      await requestCut(actor, {
        protocolNumber,
        cutId: cut.cutId,
        purpose: purpose.trim(),
        keepKey,
      });
      setPurpose("");
      refresh();
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" maw={560}>
        <Textarea
          label="Ask to open it: what for?"
          description="Everybody reads it, the people in the cut first. The request lasts a day."
          autosize
          minRows={2}
          maxLength={MAX_PURPOSE}
          value={purpose}
          onChange={(event) => setPurpose(event.currentTarget.value)}
        />
        <div>
          <Button
            type="submit"
            variant="default"
            loading={task.isRunning}
            disabled={purpose.trim() === ""}
          >
            Ask in public
          </Button>
        </div>
        <Text size="xs" c="dimmed">
          A file with the request's key is saved first. Keep it: without it what is released cannot
          be opened, and whoever has it can open it too.
        </Text>
        <TaskState task={task} />
      </Stack>
    </form>
  );
}
