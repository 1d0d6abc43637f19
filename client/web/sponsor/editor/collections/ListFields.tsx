// A list of small forms within a collection: facts, visits, streams.
import { ActionIcon, Alert, Button, Group, Paper, Stack, Title } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { isObject, keyOf, type Path, pathText } from "../../draft/tree.ts";
import { ownProblems, problemText, useEditing, useField } from "../editing.tsx";

type Props = {
  readonly path: Path;
  /** Of the whole list, and of one of it: "Visits", "visit". */
  readonly names: readonly [list: string, one: string];
  readonly blank: (list: readonly unknown[]) => object;
  /** Keys whose fields show their problems themselves. */
  readonly shown: readonly string[];
  readonly children: (path: Path, item: unknown) => ReactNode;
};

export function ListFields({ path, names: [title, name], blank, shown, children }: Props) {
  const { found, set } = useField(path);
  const { announce } = useEditing();
  const list = (Array.isArray(found) ? found : []) as readonly unknown[];
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={3} size="h6">
        {title}
      </Title>
      {list.map((item, i) => (
        <Paper key={isObject(item) ? keyOf(item) : `${name}-${i}`} p="xs" data-item={name}>
          <Group align="flex-start" justify="space-between" wrap="nowrap" gap="xs">
            <Stack gap="xs" miw={0} style={{ flex: 1 }}>
              {children([...path, i], item)}
              <OwnProblems path={[...path, i]} shown={shown} />
            </Stack>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Delete ${name} ${i + 1}`}
              onClick={() => {
                set(list.filter((_, other) => other !== i));
                announce("Deleted.");
              }}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => {
          set([...list, blank(list)]);
          announce(`A ${name} was added.`);
        }}
      >
        Add a {name}
      </Button>
    </Stack>
  );
}

function OwnProblems({ path, shown }: { path: Path; shown: readonly string[] }) {
  const { check } = useEditing();
  const children = shown.map((key) => pathText([...path, key]));
  return ownProblems(check.problems, pathText(path), children).map((problem) => (
    <Alert key={`${problem.path} ${problem.message}`} color="red" py={4}>
      {problemText(problem)}
    </Alert>
  ));
}
