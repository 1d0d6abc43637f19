import { Button, Card, FileButton, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconFileSearch } from "@tabler/icons-react";
import { useState } from "react";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import classes from "../Auditor.module.css";
import { useAuditor } from "../worker/auditor.tsx";
import type { HistoryResult } from "../worker/messages.ts";

type Props = {
  readonly result: HistoryResult;
  readonly onChange: (result: HistoryResult) => void;
};

/** Texts of trials against what the board approved: those the server shows, and those a sponsor hands over. */
export function OpenedTexts({ result, onChange }: Props) {
  const { ask } = useAuditor();
  const [key, setKey] = useState("");
  const task = useTask();
  const open = (file: File | null) =>
    void task.run(async (say) => {
      if (file === null) return;
      say("Computing every term from the text…");
      const published = await file.text();
      const secret = key.trim() === "" ? undefined : key.trim();
      onChange(await ask("criteria", { name: file.name, published, key: secret }));
    });
  return (
    <section aria-labelledby="opened">
      <Title order={2} size="h4" mb="sm" id="opened">
        Opened criteria
      </Title>
      <Stack gap="md">
        <Text size="sm">
          Open a trial file to see whether it is what the board approved. A sealed file needs its
          key; both stay on this computer.
        </Text>
        <Group align="flex-end" gap="sm">
          <PasswordInput
            label="Key of a sealed file"
            autoComplete="off"
            w={280}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <FileButton onChange={open}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<IconFileSearch size={18} aria-hidden />}
                disabled={task.isRunning}
              >
                Open a trial file
              </Button>
            )}
          </FileButton>
        </Group>
        <TaskState task={task} />
        <Text size="sm" aria-live="polite" className="breakable">
          {result.said}
        </Text>
        {result.report.criteria.map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same text may be opened twice
          <OneText key={i} text={one} />
        ))}
      </Stack>
    </section>
  );
}

function OneText({ text }: { text: HistoryResult["report"]["criteria"][number] }) {
  const { protocolNumber, version, title, coverage } = text;
  return (
    <Card padding="md">
      <Title order={3} size="h5" className="breakable">
        {protocolNumber}, version {version}: {title}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {text.documentChecked
          ? "Every term follows from this text."
          : "Every term but the sealed file's own hash follows from this text."}{" "}
        {coverage.criteria} criteria, {coverage.proven} proven, {coverage.attested} attested.
      </Text>
      <Text size="sm" className={`${classes.english} breakable`}>
        {text.english}
      </Text>
      {text.collections.map(({ title, words }) => (
        <div key={title}>
          <Title order={4} size="h6" mt="md" mb={4} className="breakable">
            Collected: {title}
          </Title>
          <Text size="sm" className={`${classes.english} breakable`}>
            {words.join("\n")}
          </Text>
        </div>
      ))}
    </Card>
  );
}
