// The facts of a record collection: what is shown once, proven from the attested record.
import { Group, Select } from "@mantine/core";
import { KINDS } from "../../../../../circuits/statement/encoding/domains.ts";
import { FORM_TITLES } from "../../draft/blank.ts";
import { blankFact, FACT_KINDS, type FactKind, kindOfFact } from "../../draft/blankCollections.ts";
import type { Path } from "../../draft/tree.ts";
import { CodeField } from "../CodeField.tsx";
import { DurationField } from "../DurationField.tsx";
import { useEditing } from "../editing.tsx";
import { ChoiceField } from "../fields.tsx";
import { ListFields } from "./ListFields.tsx";

const PERSON = { sex: "Sex", birthYear: "Year of birth" } as const;
const titleOf = (kind: FactKind) =>
  kind === "sex" || kind === "birthYear" ? PERSON[kind] : FORM_TITLES[kind];
const KIND_OPTIONS = FACT_KINDS.map((value) => ({ value, label: titleOf(value) }));
const LATEST = { value: "latest", label: "the newest result" };
const ON_RECORD = [
  { value: "present", label: "that it is on record" },
  { value: "absent", label: "that it is not on record" },
];
const STATUSES = [{ value: "current", label: "Current when the record was issued" }];

export function FactsFields({ path }: { path: Path }) {
  return (
    <ListFields
      path={[...path, "facts"]}
      names={["Facts", "fact"]}
      blank={() => blankFact("condition")}
      shown={["show", "within", "status"]}
    >
      {(at, fact) => <FactFields path={at} fact={fact} />}
    </ListFields>
  );
}

function FactFields({ path, fact }: { path: Path; fact: unknown }) {
  const { edit } = useEditing();
  const kind = kindOfFact(fact);
  return (
    <>
      <Group align="flex-start" gap="sm">
        <Select
          label="What"
          data={KIND_OPTIONS}
          value={kind ?? null}
          allowDeselect={false}
          onChange={(next) => next !== null && edit(path, () => blankFact(next as FactKind))}
        />
        {kind !== undefined && kind !== "sex" && kind !== "birthYear" && (
          <ChoiceField
            path={[...path, "show"]}
            label="Shows"
            data={kind === "observation" ? [LATEST, ...ON_RECORD] : ON_RECORD}
          />
        )}
      </Group>
      {kind !== undefined && kind !== "sex" && kind !== "birthYear" && (
        <>
          <CodeField path={[...path, kind]} form={kind} />
          <Group align="flex-start" gap="sm">
            {KINDS[kind].timing !== "undated" && (
              <DurationField path={[...path, "within"]} label="Within the last" />
            )}
            {KINDS[kind].timing === "lasts" && (
              <ChoiceField
                path={[...path, "status"]}
                label="Status"
                none="As the window says"
                data={STATUSES}
              />
            )}
          </Group>
        </>
      )}
    </>
  );
}
