import { Alert, Button, Card, FileButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconFolderOpen } from "@tabler/icons-react";
import { useState } from "react";
import {
  type CodeTable,
  keyOf,
  parseTable,
  withDecisions,
} from "../../../clinic/codes/codeTable.ts";
import { ClinicError, refuse } from "../../../clinic/problem.ts";
import { formatCount } from "../../shared/format.ts";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { ProblemList } from "../desk/ProblemList.tsx";

const MAX_BYTES = 64 * 1024 * 1024;

type Props = {
  readonly table: CodeTable;
  readonly onChange: (act: (before: CodeTable) => CodeTable) => Promise<void>;
};

/** The clinic's table as a file: the one that `cohort clinic classify` keeps. */
export function CodeTableFile({ table, onChange }: Props) {
  const [done, setDone] = useState<string>();
  const task = useTask();
  const open = (file: File | null) => {
    if (file === null) return;
    setDone(undefined);
    void task.run(async (say) => {
      say("Reading the table…");
      const opened = await readTableFile(file);
      await onChange((before) => withDecisions(before, opened.entries));
      setDone(openedWords(table, opened));
    });
  };
  const save = () =>
    saveFile("codes.json", `${JSON.stringify(table, null, 1)}\n`, "application/json");
  return (
    <Card component="section" aria-labelledby="table-file">
      <Stack gap="sm">
        <Title order={2} size="h4" id="table-file">
          The clinic's table
        </Title>
        <Text size="sm" c="dimmed">
          {formatCount(table.entries.length)}{" "}
          {table.entries.length === 1 ? "decision" : "decisions"} kept in this browser, for this
          account. It is the file that the command line keeps. Opening one adds its decisions, which
          replace earlier ones about the same codes.
        </Text>
        <Group>
          <Button
            leftSection={<IconDownload size={18} aria-hidden />}
            disabled={table.entries.length === 0}
            onClick={save}
          >
            Save the table
          </Button>
          <FileButton
            onChange={open}
            accept=".json,application/json"
            inputProps={{ "aria-label": "File with the clinic's table" }}
          >
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<IconFolderOpen size={18} aria-hidden />}
                disabled={task.isRunning}
              >
                Open a table
              </Button>
            )}
          </FileButton>
        </Group>
        {done !== undefined && (
          <Alert color="green" role="status">
            {done}
          </Alert>
        )}
        {task.problem instanceof ClinicError ? (
          <ProblemList
            problems={task.problem.problems}
            text="A table is read whole or not at all. Correct these in the file, or open another copy."
          />
        ) : (
          <TaskState task={task} />
        )}
      </Stack>
    </Card>
  );
}

/** Throws ClinicError with every problem and its place. */
async function readTableFile(file: File): Promise<CodeTable> {
  if (file.size > MAX_BYTES)
    refuse(file.name, "larger than 64 MB; open the clinic's table of codes");
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch {
    refuse(file.name, "not JSON; open the clinic's table of codes, or a copy of it");
  }
  return parseTable(value, file.name);
}

function openedWords(before: CodeTable, opened: CodeTable): string {
  const keys = new Set(before.entries.map((e) => keyOf(e.base, e.system, e.code)));
  const again = opened.entries.filter((e) => keys.has(keyOf(e.base, e.system, e.code))).length;
  const count = opened.entries.length;
  const taken = `${formatCount(count)} ${count === 1 ? "decision" : "decisions"} opened`;
  return again === 0 ? `${taken}.` : `${taken}, ${formatCount(again)} in place of others.`;
}
