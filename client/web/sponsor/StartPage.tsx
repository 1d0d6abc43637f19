// Where a new trial starts: blank, from an example, or from a file.
import { Button, Card, FileButton, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconFile, IconFileImport, IconFolderOpen, type TablerIcon } from "@tabler/icons-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { PageHead } from "../shared/PageHead.tsx";
import { TaskState } from "../shared/TaskState.tsx";
import { useTask } from "../shared/useTask.ts";
import { Confirm } from "./Confirm.tsx";
import { BLANK_TRIAL, EXAMPLES } from "./draft/blank.ts";
import { useDrafting } from "./draft/draft.tsx";

type Source = () => Promise<unknown>;

/** `onImport` takes a protocol of another format, which its author reviews before it becomes a draft. */
export default function StartPage({ onImport }: { onImport: (file: File) => void }) {
  const { draft, start, writeText } = useDrafting();
  const [, navigate] = useLocation();
  const [waiting, setWaiting] = useState<Source>();
  const task = useTask();
  const begin = async (source: Source) => {
    const value = await source();
    start(typeof value === "string" ? BLANK_TRIAL : structuredClone(value));
    if (typeof value === "string") writeText(value);
    navigate("/edit");
  };
  const choose = (source: Source) => {
    if (draft?.isUnsaved) setWaiting(() => source);
    else void task.run(() => begin(source));
  };
  return (
    <>
      <PageHead
        title="New trial"
        text="The examples are adapted from published protocols. Everything in them can be changed."
      />
      <Group mb="lg">
        <Button
          leftSection={<IconFile size={18} aria-hidden />}
          onClick={() => choose(async () => BLANK_TRIAL)}
        >
          Start blank
        </Button>
        <JsonFile
          name="Open a trial file"
          icon={IconFolderOpen}
          onFile={(file) => choose(() => file.text())}
        />
        <JsonFile name="Import a protocol" icon={IconFileImport} onFile={onImport} />
      </Group>
      <Text size="sm" c="dimmed" mb="lg">
        Protocols can be imported from ClinicalTrials.gov (API v2), CDISC USDM, CTML and OHDSI
        CIRCE, as JSON. The file stays in this page.
      </Text>
      <TaskState task={task} />
      <Examples onChoose={choose} />
      <Confirm
        isOpen={waiting !== undefined}
        title="Discard your draft?"
        act="Discard it"
        onAct={() => begin(waiting!)}
        onClose={() => setWaiting(undefined)}
      >
        It has changes that are not saved to a file. They are lost when you start another trial.
      </Confirm>
    </>
  );
}

type JsonFileProps = {
  readonly name: string;
  readonly icon: TablerIcon;
  readonly onFile: (file: File) => void;
};

function JsonFile({ name, icon: Icon, onFile }: JsonFileProps) {
  return (
    <FileButton accept=".json,application/json" onChange={(file) => file && onFile(file)}>
      {(props) => (
        <Button {...props} variant="default" leftSection={<Icon size={18} aria-hidden />}>
          {name}
        </Button>
      )}
    </FileButton>
  );
}

function Examples({ onChoose }: { onChoose: (source: Source) => void }) {
  return (
    <>
      <Title order={2} size="h4" mb="sm">
        Start from an example
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {EXAMPLES.map(({ title, text, load }) => (
          <Card key={title}>
            <Stack gap="xs" justify="space-between" h="100%">
              <div>
                <Text fw={600}>{title}</Text>
                <Text size="sm" c="dimmed">
                  {text}
                </Text>
              </div>
              <Button
                variant="default"
                style={{ alignSelf: "flex-start" }}
                onClick={() => onChoose(load)}
              >
                Use “{title}”
              </Button>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
