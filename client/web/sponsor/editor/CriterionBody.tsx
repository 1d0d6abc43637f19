// The open form of a criterion: its number and words, and what its form asks for.
import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { CODED_KINDS } from "../../../../circuits/statement/encoding/domains.ts";
import { BLANK_CRITERIA, FORM_TITLES } from "../draft/blank.ts";
import { isObject, type Path, partAt, pathText } from "../draft/tree.ts";
import { AddCriterion } from "./AddCriterion.tsx";
import { CriteriaList } from "./CriteriaList.tsx";
import { type CardProps, CriterionCard } from "./CriterionCard.tsx";
import { formIn, negate, type Shape } from "./criterion.ts";
import { useEditing } from "./editing.tsx";
import { CountField, TextField } from "./fields.tsx";
import { LeafFields } from "./LeafFields.tsx";

export function CriterionBody(props: CardProps & { readonly shape: Shape }) {
  const { criterion, path, isNested, shape } = props;
  if (shape.is === "unreadable") {
    return (
      <Text size="sm">This cannot be shown as a form. Correct it in the JSON, or delete it.</Text>
    );
  }
  return (
    <>
      {!isNested && (
        <Group gap="sm" align="flex-start" wrap="nowrap">
          <TextField path={[...path, "id"]} label="Number" isOptional w={90} />
          <div style={{ flex: 1 }}>
            <TextField path={[...path, "label"]} label="The protocol's words" isOptional />
          </div>
        </Group>
      )}
      {shape.is === "leaf" && <Leaf path={path} shape={shape} criterion={criterion} />}
      {shape.is === "list" && (
        <>
          {shape.form === "atLeast" && (
            <CountField
              path={[...path, "atLeast", "n"]}
              label="At least how many"
              w={160}
              min={1}
            />
          )}
          <CriteriaList
            path={shape.listPath}
            name={`Parts of ${FORM_TITLES[shape.form].toLowerCase()}`}
            empty="No part yet."
            isNested
          />
        </>
      )}
      {shape.is === "not" && <Negated path={shape.path} />}
    </>
  );
}

const CAN_BE_ABSENT: readonly string[] = [...CODED_KINDS, "derived"];
const PRESENCE = [
  { value: "present", label: "Must apply" },
  { value: "absent", label: "Must not apply" },
];

function Leaf(props: { path: Path; shape: Shape & { is: "leaf" }; criterion: unknown }) {
  const { path, shape, criterion } = props;
  const { edit } = useEditing();
  return (
    <Stack gap="sm">
      {(shape.negated || CAN_BE_ABSENT.includes(shape.form)) && (
        <SegmentedControl
          aria-label="Whether it must apply"
          style={{ alignSelf: "flex-start" }}
          size="xs"
          data={PRESENCE}
          value={shape.negated ? "absent" : "present"}
          onChange={() => isObject(criterion) && edit(path, () => negate(criterion))}
        />
      )}
      <LeafFields path={shape.path} form={shape.form} />
    </Stack>
  );
}

/** What must not be so, when it is a group or not chosen yet. */
function Negated({ path }: { path: Path }) {
  const { value, edit } = useEditing();
  const inner = partAt(value, path);
  if (formIn(inner) === undefined) {
    return (
      <AddCriterion
        path={path}
        label="Choose what must not apply"
        onAdd={(form) => edit(path, BLANK_CRITERIA[form])}
      />
    );
  }
  const nothing = () => {};
  const edits = {
    add: nothing,
    move: nothing,
    duplicate: nothing,
    remove: () => edit(path, () => ({})),
  };
  return (
    <CriterionCard
      key={pathText(path)}
      criterion={inner}
      path={path}
      place={{ index: 0, count: 1 }}
      edits={edits}
      isNested
    />
  );
}
