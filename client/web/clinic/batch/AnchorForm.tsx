import { Alert, Button, Card, Group, Radio, Select, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { estimateAnchoring, estimateChange } from "../../../clinic/registry/cost.ts";
import { useActor } from "../../shared/account.tsx";
import { useApi } from "../../shared/exchange.tsx";
import { formatCount, formatCounted, shorten } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useDesk } from "../desk/desk.tsx";
import type { Entry } from "../desk/entry.ts";
import { leafWords, useClinicLeaves, useRegistryRefresh } from "../registry/useClinicLeaves.ts";
import { useRoster } from "../roster/session.tsx";
import { type Draft, draftBatch, putOnRegistry } from "./anchoring.ts";

/** Where the batch goes, what that costs, and the button that anchors it. */
export function AnchorForm({ entries }: { entries: readonly Entry[] }) {
  const { data: leaves = [] } = useClinicLeaves();
  const current = leaves.filter(({ state }) => state === "anchored");
  const [way, setWay] = useState("new");
  const [chosen, setChosen] = useState<string | null>(null);
  const old =
    way === "replace" ? current.find(({ batchRoot }) => String(batchRoot) === chosen) : undefined;
  const { task, anchor } = useAnchoring(entries, old?.batchRoot);
  return (
    <Card>
      <Stack>
        <Radio.Group label="Where the batch goes" value={way} onChange={setWay}>
          <Stack gap="xs" mt="xs">
            <Radio value="new" label="As a new batch" />
            <Radio
              value="replace"
              label="In place of one of yours"
              description="For new data and corrections, on a schedule: a refresh at a patient's request would point to them."
              disabled={current.length === 0}
            />
          </Stack>
        </Radio.Group>
        {way === "replace" && (
          <Select
            label="Which it replaces"
            placeholder="Choose a batch or record"
            data={current.map((leaf) => ({
              value: String(leaf.batchRoot),
              label: leafWords(leaf),
            }))}
            value={chosen}
            onChange={setChosen}
          />
        )}
        {old !== undefined && (
          <Text size="sm">
            What lies below it ({formatCounted(old.size, "record")}) still counts for a short while,
            then no more. Wallets fetch their new record from the clinic's mailbox by themselves;
            the files below do the same by hand.
          </Text>
        )}
        <Estimate count={entries.length} isReplacing={way === "replace"} />
        <Group>
          <Button
            size="md"
            disabled={task.isRunning || (way === "replace" && old === undefined)}
            onClick={anchor}
          >
            {way === "replace" ? "Replace with" : "Anchor"} {formatCount(entries.length)}{" "}
            {entries.length === 1 ? "record" : "records"}
          </Button>
        </Group>
        <TaskState task={task} />
      </Stack>
    </Card>
  );
}

function useAnchoring(entries: readonly Entry[], oldRoot: bigint | undefined) {
  const { roster } = useRoster();
  const clinic = useActor();
  const { dispatch } = useDesk();
  const refresh = useRegistryRefresh();
  const task = useTask();
  const draft = useRef<Draft>(undefined);
  const anchor = () =>
    void task.run(async (say) => {
      say("Shuffling the batch…");
      draft.current = await draftBatch(clinic, entries, draft.current);
      say("Sending, and waiting until it is final…");
      const { outcomes, root, size, gas } = await putOnRegistry(clinic, draft.current, {
        entries,
        oldRoot,
        roster: roster!,
      });
      draft.current = undefined;
      refresh();
      dispatch({ kind: "finish", outcomes, cost: { root, size, gas } });
    });
  return { task, anchor };
}

function Estimate({ count, isReplacing }: { count: number; isReplacing: boolean }) {
  const api = useApi();
  const { data } = useQuery({ queryKey: ["registry"], queryFn: () => api.recordsState() });
  if (data === undefined) return null;
  const size = data.leaves.length;
  const gas = isReplacing ? estimateChange(size) : estimateAnchoring(size);
  return (
    <Text size="sm">
      About {formatCount(gas)} gas, {formatCount(Math.round(gas / count))} a record. A fuller batch
      costs the same: it holds up to {formatCount(4096)} records.
    </Text>
  );
}

/** What the last batch really cost. */
export function CostNote(props: { root: bigint; size: number; gas: number | undefined }) {
  const { root, size, gas } = props;
  const cost: ReactNode =
    gas === undefined
      ? "An earlier attempt had already put it there."
      : `It took ${formatCount(gas)} gas, ${formatCount(Math.round(gas / size))} a record.`;
  return (
    <Alert
      color="green"
      role="status"
      icon={<IconCircleCheck aria-hidden />}
      title={`${formatCount(size)} ${size === 1 ? "record is" : "records are"} in the registry`}
    >
      {cost} Batch {shorten(root)}.
    </Alert>
  );
}
