import { Stack, Text } from "@mantine/core";
import { keyOf, type Path, partAt, pathText } from "../draft/tree.ts";
import { AddCriterion } from "./AddCriterion.tsx";
import { CriterionCard } from "./CriterionCard.tsx";
import { useEditing } from "./editing.tsx";
import { useListEdits } from "./useListEdits.ts";

type Props = {
  readonly path: Path;
  /** What the list is, for those who cannot see where it is. */
  readonly name: string;
  readonly empty: string;
  readonly isNested?: boolean;
};

/** Criteria in a list, at the first level or inside of a group. */
export function CriteriaList({ path, name, empty, isNested = false }: Props) {
  const { value } = useEditing();
  const edits = useListEdits(path);
  const list = partAt(value, path);
  if (!Array.isArray(list)) {
    return <Text c="dimmed">This is not a list of criteria. Correct it in the JSON.</Text>;
  }
  return (
    <Stack gap="sm">
      {list.length === 0 && (
        <Text c="dimmed" size="sm">
          {empty}
        </Text>
      )}
      {list.length > 0 && (
        <Stack component="ol" gap="sm" aria-label={name} m={0} p={0} style={{ listStyle: "none" }}>
          {(list as unknown[]).map((criterion, i) => (
            <li
              key={
                typeof criterion === "object" && criterion !== null
                  ? keyOf(criterion)
                  : `${pathText(path)}[${i}]`
              }
            >
              <CriterionCard
                criterion={criterion}
                path={[...path, i]}
                place={{ index: i, count: list.length }}
                edits={edits}
                isNested={isNested}
              />
            </li>
          ))}
        </Stack>
      )}
      <AddCriterion
        path={path}
        label={isNested ? "Add a part" : "Add a criterion"}
        onAdd={edits.add}
      />
    </Stack>
  );
}
