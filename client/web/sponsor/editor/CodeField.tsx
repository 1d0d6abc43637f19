// What a criterion is about: a concept of the dictionary, or a code of one of the systems that clinics record.
import {
  Autocomplete,
  type ComboboxParsedItem,
  Group,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMemo } from "react";
import { CODE_KEYS } from "../../../../circuits/statement/criteria/criteriaParts.ts";
import { conceptByName } from "../../../../circuits/statement/dictionary/dictionary.ts";
import type { CodedKind } from "../../../../circuits/statement/encoding/domains.ts";
import { isObject, type Path } from "../draft/tree.ts";
import { codeKindsOf, conceptOptions, loincOptions, matchesConcept } from "./dictionary.ts";
import { useField } from "./editing.tsx";

/** Chooses by name among the dictionary's concepts, or takes a code. */
export function CodeField({ path, form }: { path: Path; form: CodedKind }) {
  const { found, set } = useField(path);
  const reference = isObject(found) ? found : {};
  const kind = CODE_KEYS.find((key) => key in reference) ?? "concept";
  const kinds = useMemo(() => codeKindsOf(form), [form]);
  const known = kinds.some(({ value }) => value === kind);
  const data = known ? kinds : [...kinds, { value: kind, label: kind }];
  const value = typeof reference[kind] === "string" ? reference[kind] : "";
  const change = (code: string) => {
    const { display } = reference;
    set({ ...(code !== "" && { [kind]: code }), ...(display !== undefined && { display }) });
  };
  return (
    <Group align="flex-start" gap="sm">
      <Select
        label="Given as"
        w={180}
        data={data}
        value={kind}
        allowDeselect={false}
        onChange={(next) => next !== null && set(next === "concept" ? {} : { [next]: "" })}
      />
      <div style={{ flex: "1 1 240px", minWidth: 0 }}>
        {kind === "concept" && <ConceptInput form={form} value={value} onChange={change} />}
        {kind === "loinc" && <LoincInput value={value} onChange={change} />}
        {kind !== "concept" && kind !== "loinc" && (
          <TextInput
            label="Code"
            value={value}
            onChange={(event) => change(event.currentTarget.value)}
          />
        )}
      </div>
    </Group>
  );
}

type InputProps = { readonly value: string; readonly onChange: (code: string) => void };

function ConceptInput({ form, value, onChange }: InputProps & { form: CodedKind }) {
  const options = useMemo(() => conceptOptions(form), [form]);
  const isKnown = value === "" || options.some((option) => option.value === value);
  const data = isKnown ? options : [...options, { value, label: value }];
  return (
    <Select
      label="Concept"
      placeholder="Search by name, code or description"
      searchable
      nothingFoundMessage="No such concept in the dictionary"
      maxDropdownHeight={320}
      data={data}
      value={value === "" ? null : value}
      description={conceptByName(value)?.description}
      inputWrapperOrder={["label", "input", "description", "error"]}
      filter={({ options: all, search }) => rankOptions(all, search, value)}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {conceptByName(option.value)?.description}
          </Text>
        </Stack>
      )}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}

/** Those that hold what is typed, in their title first. A chosen concept's own title looks for nothing. */
function rankOptions(all: ComboboxParsedItem[], search: string, chosen: string) {
  if (search === "" || search === conceptByName(chosen)?.title) return all;
  const options = all.filter((option) => "value" in option);
  const isNamed = (label: string) => label.toLowerCase().includes(search.toLowerCase());
  const named = options.filter(({ label }) => isNamed(label));
  const others = options.filter(
    ({ label, value }) => !isNamed(label) && matchesConcept(value, search),
  );
  return [...named, ...others];
}

function LoincInput({ value, onChange }: InputProps) {
  const options = useMemo(() => loincOptions(""), []);
  const displays = useMemo(() => new Map(options.map((o) => [o.value, o.display])), [options]);
  return (
    <Autocomplete
      label="LOINC code"
      placeholder="Search by name or code"
      value={value}
      data={options.map((option) => option.value)}
      limit={50}
      description={displays.get(value)}
      inputWrapperOrder={["label", "input", "description", "error"]}
      filter={({ options: all, search }) => {
        const found = new Set(loincOptions(search).map((option) => option.value));
        return all.filter((option) => "value" in option && found.has(option.value));
      }}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm" ff="monospace">
            {option.value}
          </Text>
          <Text size="xs" c="dimmed">
            {displays.get(option.value)}
          </Text>
        </Stack>
      )}
      onChange={onChange}
    />
  );
}
