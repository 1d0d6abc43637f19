import {
  ActionIcon,
  Alert,
  Badge,
  Checkbox,
  Group,
  Paper,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { PERMISSIONS, type Permission } from "../../../../../circuits/statement/trial/trial.ts";
import { type CollectionSource, SOURCE_TITLES } from "../../draft/blankCollections.ts";
import { isObject, keyOf, type Path, partAt, pathText } from "../../draft/tree.ts";
import { PERMISSION_WORDS } from "../../words.ts";
import { countProblems, ownProblems, problemText, useEditing, useField } from "../editing.tsx";
import { ChoiceField, LongTextField, TextField } from "../fields.tsx";
import { DeviceFields } from "./DeviceFields.tsx";
import { FactsFields } from "./FactsFields.tsx";
import { QuestionnaireField } from "./QuestionnaireField.tsx";
import { ScheduleFields } from "./ScheduleFields.tsx";
import { VisitsFields } from "./VisitsFields.tsx";

type Props = {
  readonly collection: unknown;
  readonly index: number;
  readonly onRemove: () => void;
};

/** One collection: what it is called and for, under which permission, and what its source asks for. */
export function CollectionCard({ collection, index, onRemove }: Props) {
  const { check, fresh } = useEditing();
  const title = useRef<HTMLInputElement>(null);
  const isFresh = isObject(collection) && fresh.current === keyOf(collection);
  useEffect(() => {
    if (!isFresh) return;
    fresh.current = undefined;
    title.current?.focus();
  }, [isFresh, fresh]);
  const path = ["collections", index];
  const source = sourceOf(collection);
  const name = isObject(collection) && typeof collection.title === "string" && collection.title;
  const called = name || `Collection ${index + 1}`;
  const wrong = countProblems(check.problems, [pathText(path)]);
  return (
    <Paper p="md" component="section" aria-label={called} data-path={pathText(path)}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap="xs">
            <Title order={2} size="h5" className="breakable">
              {called}
            </Title>
            {source && <Badge variant="default">{SOURCE_TITLES[source]}</Badge>}
            {wrong > 0 && (
              <Badge color="red">{wrong === 1 ? "1 problem" : `${wrong} problems`}</Badge>
            )}
          </Group>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Delete ${called}`}
            onClick={onRemove}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </Group>
        {source === undefined ? (
          <Text size="sm">
            This cannot be shown as a form. Correct it in the JSON, or delete it.
          </Text>
        ) : (
          <>
            <TextField path={[...path, "title"]} label="Title" ref={title} />
            <LongTextField path={[...path, "why"]} label="What it is for, in plain words" />
            <Group align="flex-start" gap="sm">
              <TextField
                path={[...path, "id"]}
                label="Short name"
                description="Lower case, digits, hyphens; an amendment keeps it"
              />
              <PermissionField path={path} />
            </Group>
            <EmergencyField path={path} />
            <SourceFields path={path} source={source} />
          </>
        )}
        <Rest path={path} />
      </Stack>
    </Paper>
  );
}

function sourceOf(collection: unknown): CollectionSource | undefined {
  const source = isObject(collection) ? collection.source : undefined;
  return typeof source === "string" && Object.hasOwn(SOURCE_TITLES, source)
    ? (source as CollectionSource)
    : undefined;
}

/** Those that the consent form asks for. */
function PermissionField({ path }: { path: Path }) {
  const { value } = useEditing();
  const { text } = useField([...path, "permission"]);
  const asked = partAt(value, ["consentForm", "permissions"]);
  const ids = (Array.isArray(asked) ? (asked as unknown[]) : []).flatMap((one) =>
    isObject(one) && typeof one.id === "string" ? [one.id] : [],
  );
  const offered = Object.keys(PERMISSIONS).filter((id) => ids.includes(id));
  const all = offered.includes(text) || text === "" ? offered : [...offered, text];
  const data = all.map((id) => ({
    value: id,
    label: PERMISSION_WORDS[id as Permission]?.name ?? id,
  }));
  return (
    <ChoiceField
      path={[...path, "permission"]}
      label="Permission it needs"
      description="Nothing of it is released to you without"
      data={data}
    />
  );
}

/** Left out of the file when it is not so. */
function EmergencyField({ path }: { path: Path }) {
  const { found, error, set } = useField([...path, "emergency"]);
  return (
    <Checkbox
      label="An emergency clinician may open it, of those who allow that"
      checked={found === true}
      error={error}
      onChange={(event) => set(event.currentTarget.checked || undefined)}
    />
  );
}

function SourceFields({ path, source }: { path: Path; source: CollectionSource }) {
  switch (source) {
    case "record":
      return <FactsFields path={path} />;
    case "site":
      return (
        <>
          <QuestionnaireField path={path} />
          <VisitsFields path={path} />
        </>
      );
    case "participant":
      return (
        <>
          <QuestionnaireField path={path} />
          <ScheduleFields path={path} />
        </>
      );
    case "device":
      return <DeviceFields path={path} />;
  }
}

/** Fields that show what is wrong with them beside themselves. */
const SHOWN = [
  "title",
  "why",
  "id",
  "permission",
  "emergency",
  "questionnaire",
  "schedule",
  "days",
];

/** Problems that no field above shows. */
function Rest({ path }: { path: Path }) {
  const { check, value } = useEditing();
  const within = (key: string) => {
    const list = partAt(value, [...path, key]);
    const length = Array.isArray(list) ? list.length : 0;
    return Array.from({ length }, (_, i) => pathText([...path, key, i]));
  };
  const children = [
    ...SHOWN.map((key) => pathText([...path, key])),
    ...["facts", "visits", "streams"].flatMap(within),
  ];
  return ownProblems(check.problems, pathText(path), children).map((problem) => (
    <Alert key={`${problem.path} ${problem.message}`} color="red" py="xs">
      {problemText(problem)}
    </Alert>
  ));
}
