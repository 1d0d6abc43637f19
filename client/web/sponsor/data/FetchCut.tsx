import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconKey, IconPlayerStop } from "@tabler/icons-react";
import { useState } from "react";
import { addressOf } from "../../../actor/actor.ts";
import { requestOf } from "../../../exchange/cut.ts";
import type { Copy } from "../../../exchange/purge.ts";
import type { CutInfo, TrialData } from "../../auditor/exchange/trialData.ts";
import { Cancelled } from "../../prover/worker.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { type KeptRequest, readKept } from "./kept.ts";
import { OpenedDataset } from "./OpenedDataset.tsx";
import { progressWords, useOpening } from "./opening.tsx";
import type { OpenedData } from "./worker/messages.ts";

const MAX_KEY_FILE_BYTES = 20_000_000;

type Props = {
  readonly request: Copy;
  readonly cut: CutInfo;
  readonly data: TrialData;
  readonly kept: readonly KeptRequest[];
  readonly add: (one: KeptRequest) => void;
};

/** Fetches what a request released, and opens again what was fetched before. */
export function FetchCut({ request, cut, data, kept, add }: Props) {
  const { run, stop } = useOpening();
  const task = useTask();
  const [opened, setOpened] = useState<OpenedData>();
  const [isStopped, setStopped] = useState(false);
  const { requestId } = request;
  const which = { registry: addressOf(data.deployment, "CutRegistry"), requestId };
  const isOver = request.until < data.deployment.chainTime;
  const own = kept.find(({ recipientKey }) => requestOf(data.events, recipientKey) === requestId);
  const openFile = (file: File | null) => {
    if (file === null) return;
    void task.run(async () => add(await keyIn(file, data, requestId)));
  };
  const fetch = (key: KeptRequest) =>
    void task.run(async (say) => {
      setStopped(false);
      say("Asking the custodians…");
      try {
        const input = { which, data, cut, request, kept: key };
        setOpened(await run("dataset.fetch", input, (at) => say(progressWords(at))));
      } catch (problem) {
        if (!(problem instanceof Cancelled)) throw problem;
        setStopped(true);
      }
    });
  return (
    <Stack gap="xs">
      {isOver && (
        <Text size="sm" c="dimmed">
          This request is over: custodians no longer answer it. What this browser has fetched can
          still be opened; for anything else, ask again.
        </Text>
      )}
      <Group gap="xs">
        {own === undefined ? (
          <FileButton accept="application/json" onChange={openFile}>
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconKey size={18} aria-hidden />}>
                Open the request's key file
              </Button>
            )}
          </FileButton>
        ) : (
          <Button
            loading={task.isRunning}
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={() => fetch(own)}
          >
            {opened ? "Fetch again" : "Fetch the data"}
          </Button>
        )}
        {task.isRunning && own !== undefined && (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={18} aria-hidden />}
            onClick={stop}
          >
            Stop
          </Button>
        )}
      </Group>
      <TaskState task={task} />
      {isStopped && (
        <Text size="sm">Stopped. What has come is kept: fetching goes on from there.</Text>
      )}
      {opened && <OpenedDataset opened={opened} which={which} data={data} cut={cut} />}
    </Stack>
  );
}

/** Throws an Error for a file that is not this request's. */
async function keyIn(file: File, data: TrialData, requestId: bigint): Promise<KeptRequest> {
  if (file.size > MAX_KEY_FILE_BYTES) throw new RangeError("this file is too large for a key");
  const read = readKept(await file.text());
  if (requestOf(data.events, read.recipientKey) !== requestId) {
    throw new Error("this file is of another request");
  }
  return read;
}
