import { Button, Group, Modal, MultiSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { conceptByName } from "../../../../circuits/statement/dictionary/dictionary.ts";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { CodeDecision } from "../../../clinic/codes/codeTable.ts";
import { decisionOf } from "../../../clinic/codes/decide.ts";
import type { WorkItem } from "../../../clinic/record/workList.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { codeName, conceptOptions, conceptsFound, conceptTitle, kindWords } from "./codeNames.ts";

const MOST_SHOWN = 60;

type Props = {
  readonly item: WorkItem;
  readonly by: string;
  readonly today: number;
  readonly onBy: (by: string) => void;
  readonly onDecide: (decision: CodeDecision) => Promise<void>;
  readonly onClose: () => void;
};

/** Which concepts a code belongs to, or that it belongs to none; kept with the name of who decided. */
export function DecideDialog({ item, by, today, onBy, onDecide, onClose }: Props) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [isUnsigned, setUnsigned] = useState(false);
  const task = useTask();
  const decide = (concepts: readonly string[]) => {
    if (by.trim() === "") return setUnsigned(true);
    void task.run(async () => {
      await onDecide(decisionOf(item, concepts, { by: by.trim(), at: formatDay(today) }));
      onClose();
    });
  };
  const title = item.display ?? codeName(item);
  return (
    // Put together here: the ready-made one has a <header>, which counts as a second banner of the page.
    <Modal.Root opened onClose={onClose} centered size="lg">
      <Modal.Overlay />
      <Modal.Content aria-label={`Decide: ${title}`} radius="md">
        <Modal.Body>
          <Stack>
            <div>
              <Title order={2} size="h4" className="breakable">
                {title}
              </Title>
              <Text size="sm" c="dimmed" className="breakable">
                {kindWords(item.base)} · {codeName(item)}
              </Text>
            </div>
            <TextInput
              label="Who decides"
              description="Kept with the decision, in the clinic's table."
              autoComplete="off"
              maxLength={400}
              value={by}
              error={isUnsigned && by.trim() === "" ? "Say who decides" : undefined}
              onChange={(event) => onBy(event.currentTarget.value)}
            />
            <ConceptChoice item={item} chosen={chosen} onChoose={setChosen} />
            <Text size="sm" c="dimmed">
              Choose every concept that it belongs to. For all others it then counts as absent: a
              wrong “none” lets patients prove what is not true.
            </Text>
            <TaskState task={task} />
            <Group justify="flex-end">
              <Button variant="subtle" onClick={onClose}>
                Cancel
              </Button>
              <Button
                variant="default"
                disabled={chosen.length > 0 || task.isRunning}
                onClick={() => decide([])}
              >
                It belongs to none
              </Button>
              <Button
                disabled={chosen.length === 0 || task.isRunning}
                onClick={() => decide(chosen)}
              >
                It belongs to {chosen.length === 1 ? "this one" : "these"}
              </Button>
            </Group>
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

type ChoiceProps = {
  readonly item: WorkItem;
  readonly chosen: string[];
  readonly onChoose: (chosen: string[]) => void;
};

/** Concepts of the dictionary by search; those that its words suggest stand ready. */
function ConceptChoice({ item: { base, suggestions }, chosen, onChoose }: ChoiceProps) {
  const data = useMemo(() => conceptOptions(base), [base]);
  const open = suggestions.filter((name) => !chosen.includes(name));
  return (
    <>
      <MultiSelect
        label="Concepts that it belongs to"
        placeholder="Search the dictionary"
        searchable
        hidePickedOptions
        clearable
        clearButtonProps={{ "aria-label": "Clear all" }}
        nothingFoundMessage="No such concept in the dictionary"
        maxDropdownHeight={280}
        limit={MOST_SHOWN}
        data={data}
        value={chosen}
        onChange={onChoose}
        filter={({ options, search, limit }) => {
          const found = conceptsFound(search, base);
          return options.filter((o) => "value" in o && found.has(o.value)).slice(0, limit);
        }}
        renderOption={({ option }) => (
          <Stack gap={0}>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed" lineClamp={2}>
              {conceptByName(option.value)?.description}
            </Text>
          </Stack>
        )}
      />
      {open.length > 0 && (
        <Group gap="xs" role="group" aria-label="Suggested by its words">
          <Text size="sm">Its words suggest:</Text>
          {open.map((name) => (
            <Button
              key={name}
              variant="light"
              size="compact-sm"
              onClick={() => onChoose([...chosen, name])}
            >
              {conceptTitle(name)}
            </Button>
          ))}
        </Group>
      )}
    </>
  );
}
