// What came of a request: how much, what was left out and why, how it is spread, and its files.
import { Alert, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconFileZip } from "@tabler/icons-react";
import { isRefusalCode, Refusal } from "../../../../circuits/statement/refusal.ts";
import { leftOutByCode } from "../../../exchange/dataset/completeness.ts";
import type { ColumnFigures, TableFigures } from "../../../exchange/dataset/figures.ts";
import { shortNumber } from "../../../exchange/dataset/plots.ts";
import type { CutInfo, TrialData } from "../../auditor/exchange/trialData.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatBytes, formatCount, sentence } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { AnchorDataset } from "./AnchorDataset.tsx";
import { type Bar, Bars } from "./Bars.tsx";
import { useOpening } from "./opening.tsx";
import type { OpenedData, Which } from "./worker/messages.ts";

const MAX_PLOTS = 24;

type Props = {
  readonly opened: OpenedData;
  readonly which: Which;
  readonly data: TrialData;
  readonly cut: CutInfo;
};

export function OpenedDataset({ opened, which, data, cut }: Props) {
  const { packages, people, leftOut, faults, away, completeness, figures, hash } = opened;
  const titles = new Map(data.collections.map(({ id, title }) => [id, title]));
  const titleOf = (id: string) => titles.get(id) ?? id;
  const facts: Fact[] = [
    ["Packages opened and verified", `${formatCount(packages)} of ${formatCount(cut.packages)}`],
    ["People in it", `${formatCount(people)} of ${formatCount(cut.participants)}`],
    ...leftOutByCode(leftOut).map(
      ([code, count]): Fact => [`Left out: ${formatCount(count)}`, whyOf(code)],
    ),
    ...faults.map(
      ({ custodian, why, answers }): Fact => [
        `Custodian ${custodian.slice(0, 8)}…`,
        `${formatCount(answers)} ${answers === 1 ? "answer" : "answers"} could not be used: ${why}`,
      ],
    ),
    ...away.map((address): Fact => [`Custodian ${address.slice(0, 8)}…`, "did not answer"]),
    ["Hash of the manifest", <Hash key="hash" value={hash} label="the manifest's hash" />],
  ];
  return (
    <Stack data-opened={String(which.requestId)}>
      <Facts facts={facts} />
      {opened.notKept !== undefined && (
        <Alert color="yellow" title="Not kept for later">
          {sentence(opened.notKept)} After a reload everything is fetched again.
        </Alert>
      )}
      <Files {...{ opened, which, data, cut }} />
      <AnchorDataset
        {...{ data, cutId: cut.cutId, requestId: which.requestId }}
        manifest={opened.hash}
      />
      <section aria-label="What came">
        <Title order={4} size="h6" mb="xs">
          What came
        </Title>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          {completeness.map(({ collection, visits, names }) => (
            <Bars
              key={collection}
              title={`${titleOf(collection)}: people at each visit`}
              bars={visits.map((count, i) => ({ label: names[i] ?? String(i + 1), count }))}
              most={cut.participants}
            />
          ))}
          {figures.flatMap((table) => plotsOf(table, titleOf)).slice(0, MAX_PLOTS)}
        </SimpleGrid>
        <Text size="xs" c="dimmed" mt="xs">
          Averages and rare answers can point to a person: treat these figures as you treat the
          data.
        </Text>
      </section>
    </Stack>
  );
}

/** A refusal in its own words. */
function whyOf(code: string): string {
  return isRefusalCode(code) ? sentence(new Refusal(code).message) : code;
}

function plotsOf({ collection, columns }: TableFigures, titleOf: (id: string) => string) {
  return columns.flatMap((figures) => {
    const bars = barsOf(figures);
    const { name, label } = figures.column;
    const title = `${titleOf(collection)}: ${label}`;
    return bars.length === 0 ? [] : [<Bars key={`${collection} ${name}`} {...{ title, bars }} />];
  });
}

/** None for dates and free text, which are nobody's to see in a plot. */
function barsOf({ column, numbers, choices = [] }: ColumnFigures): Bar[] {
  if (numbers === undefined) {
    const isAnswer = column.type === "boolean";
    const words = (label: string) => (label === "true" ? "Yes" : "No");
    return choices.map(([label, count]) => ({ label: isAnswer ? words(label) : label, count }));
  }
  const { least, most, bins } = numbers;
  if (least === most) return [{ label: shortNumber(least), count: bins[0] ?? 0 }];
  const step = most / bins.length - least / bins.length;
  return bins.map((count, i) => ({
    label: `${shortNumber(least + i * step)} to ${shortNumber(least + (i + 1) * step)}`,
    count,
  }));
}

function Files({ opened, which, data, cut }: Props) {
  const { run } = useOpening();
  const task = useTask();
  const { protocolNumber } = data.trial;
  const name = protocolNumber.replaceAll("/", "-");
  const folder = `dataset-${name}-cut-${cut.cutId}-request-${which.requestId}`;
  const saveOne = (path: string) =>
    void task.run(async () =>
      // Browsers save a file, not a folder.
      saveFile(path.replaceAll("/", "-"), await run("dataset.file", { which, path }), BINARY),
    );
  const saveAll = () =>
    void task.run(async (say) => {
      say("Packing the files…");
      const archive = await run("dataset.archive", { which, folder });
      saveFile(`${folder}.zip`, new Uint8Array(await archive.arrayBuffer()), "application/zip");
    });
  return (
    <section aria-label="Files">
      <Title order={4} size="h6" mb="xs">
        Files
      </Title>
      <Group gap="xs">
        <Button
          leftSection={<IconFileZip size={18} aria-hidden />}
          loading={task.isRunning}
          onClick={saveAll}
        >
          Save all as one archive
        </Button>
      </Group>
      <Text size="xs" c="dimmed" my="xs">
        FHIR as NDJSON, and each table as CSV, Dataset-JSON and Parquet. Anybody can check the
        unpacked folder against the chain: cohort audit dataset {folder}
      </Text>
      <Group gap={6}>
        {opened.files.map(({ path, bytes }) => (
          <Button
            key={path}
            size="compact-xs"
            variant="default"
            disabled={task.isRunning}
            onClick={() => saveOne(path)}
          >
            {path} ({formatBytes(bytes)})
          </Button>
        ))}
      </Group>
      <TaskState task={task} />
    </section>
  );
}

const BINARY = "application/octet-stream";
