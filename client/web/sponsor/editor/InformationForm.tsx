// What patients read before they answer: what the study asks of them, whom to call, questions on what they read.
import {
  ActionIcon,
  Button,
  Group,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import {
  INFORMATION_KEYS,
  INFORMATION_TITLES,
} from "../../../../circuits/statement/trial/information.ts";
import { isObject, keyOf, type Path, partAt } from "../draft/tree.ts";
import { useEditing } from "./editing.tsx";
import { LongTextField, TextField } from "./fields.tsx";
import { blankMedium, MediumFields } from "./MediaFields.tsx";

export function InformationForm() {
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Patients read this before anything is asked of them. All of it may be left out; what is
        written is approved with the rest of the trial.
      </Text>
      {INFORMATION_KEYS.map((key) => (
        <LongTextField
          key={key}
          path={["information", key]}
          label={INFORMATION_TITLES[key]}
          isOptional
        />
      ))}
      <ListOf
        part="contacts"
        title="People of the study"
        add="Add a person"
        blank={() => ({ name: "" })}
        fields={(path) => (
          <SimpleGrid cols={{ base: 1, xs: 2 }} flex={1}>
            <TextField path={[...path, "name"]} label="Name" />
            <TextField path={[...path, "role"]} label="Role" isOptional />
            <TextField path={[...path, "phone"]} label="Phone" isOptional />
            <TextField path={[...path, "email"]} label="Email" isOptional />
          </SimpleGrid>
        )}
      />
      <ListOf
        part="questions"
        title="Questions on what was read"
        add="Add a question"
        blank={() => ({ question: "", answers: ["", ""], right: 0, why: "" })}
        fields={(path) => <QuestionFields path={path} />}
      />
      <ListOf
        part="media"
        title="Pictures and videos"
        add="Add a picture or a video"
        blank={blankMedium}
        fields={(path) => <MediumFields path={path} />}
      />
    </Stack>
  );
}

function QuestionFields({ path }: { path: Path }) {
  const { value, edit } = useEditing();
  const found = partAt(value, [...path, "answers"]);
  const answers: readonly unknown[] = Array.isArray(found) ? found : [];
  return (
    <Stack gap="xs" flex={1}>
      <TextField path={[...path, "question"]} label="Question" />
      {answers.map((_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an answer is its place in the list
        <TextField key={i} path={[...path, "answers", i]} label={`Answer ${i + 1}`} />
      ))}
      {answers.length < 5 && (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: "flex-start" }}
          onClick={() => edit([...path, "answers"], () => [...answers, ""])}
        >
          Add an answer
        </Button>
      )}
      <RightField path={path} count={answers.length} />
      <TextField
        path={[...path, "why"]}
        label="Explanation"
        description="Shown to whoever chose another answer"
      />
    </Stack>
  );
}

/** Which answer is right: written as a number from 0, chosen by its place from 1. */
function RightField({ path, count }: { path: Path; count: number }) {
  const { value, edit } = useEditing();
  const right = partAt(value, [...path, "right"]);
  return (
    <Select
      label="Right answer"
      data={Array.from({ length: count }, (_, i) => ({
        value: String(i),
        label: `Answer ${i + 1}`,
      }))}
      value={typeof right === "number" ? String(right) : null}
      allowDeselect={false}
      onChange={(next) => edit([...path, "right"], () => Number(next))}
    />
  );
}

type ListProps = {
  readonly part: "contacts" | "questions" | "media";
  readonly title: string;
  readonly add: string;
  readonly blank: () => object;
  readonly fields: (path: Path) => ReactNode;
};

/** A list that is left out of the file when it is empty. */
function ListOf({ part, title, add, blank, fields }: ListProps) {
  const { value, edit } = useEditing();
  const path: Path = ["information", part];
  const found = partAt(value, path);
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  const change = (next: readonly unknown[]) =>
    edit(path, () => (next.length === 0 ? undefined : next));
  return (
    <>
      <Title order={2} size="h5">
        {title}
      </Title>
      {list.map((one, i) => (
        <Paper key={isObject(one) ? keyOf(one) : `${part}-${i}`} p="sm">
          <Group align="flex-start" gap="sm" wrap="nowrap">
            {fields([...path, i])}
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={28}
              aria-label={`Remove entry ${i + 1} of ${title}`}
              onClick={() => change(list.filter((_, other) => other !== i))}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => change([...list, blank()])}
      >
        {add}
      </Button>
    </>
  );
}
