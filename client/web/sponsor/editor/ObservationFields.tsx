// What a measurement must be: a range in a unit, a multiple of the report's own limit, or an answer.
import { Group, Select, SimpleGrid } from "@mantine/core";
import { useMemo } from "react";
import { isObject, type Path, partAt } from "../draft/tree.ts";
import { answerOptions, loincOf, unitOptions } from "./dictionary.ts";
import { useEditing } from "./editing.tsx";
import { ChoiceField, SuggestField, TextField } from "./fields.tsx";

const KINDS = [
  { value: "measured", label: "was measured at all" },
  { value: "value", label: "lies in a range" },
  { value: "timesUpperLimit", label: "relative to the upper limit of normal" },
  { value: "timesLowerLimit", label: "relative to the lower limit of normal" },
  { value: "answer", label: "is a certain answer" },
] as const;
type Kind = (typeof KINDS)[number]["value"];
const RANGES: readonly string[] = ["value", "timesUpperLimit", "timesLowerLimit"];
const VALUE_KEYS: readonly string[] = [...RANGES, "answer"];
const WHICH = [
  { value: "newest", label: "the newest result" },
  { value: "any", label: "any result" },
];
const MISSING = [
  { value: "fail", label: "does not pass" },
  { value: "pass", label: "passes" },
];

export function ObservationFields({ path }: { path: Path }) {
  const { value, edit } = useEditing();
  const found = partAt(value, path);
  const observation = isObject(found) ? found : {};
  const kind = (VALUE_KEYS.find((key) => key in observation) ?? "measured") as Kind;
  const isDerived = "derived" in observation;
  const about = isDerived ? { concept: observation.derived } : observation.observation;
  const loinc = loincOf(about) ?? "";
  const choose = (next: Kind) =>
    edit(path, () => {
      const rest = Object.fromEntries(
        Object.entries(observation).filter(([key]) => !VALUE_KEYS.includes(key)),
      );
      if (next === "measured") return rest;
      return { ...rest, [next]: blankOf(next, loinc) };
    });
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label="Which result"
          data={WHICH}
          value={observation.latest === false ? "any" : "newest"}
          allowDeselect={false}
          onChange={(next) => edit([...path, "latest"], () => (next === "any" ? false : undefined))}
        />
        <Select
          label="The result"
          data={isDerived ? KINDS.slice(0, 2) : KINDS}
          value={kind}
          allowDeselect={false}
          onChange={(next) => next !== null && choose(next)}
        />
      </SimpleGrid>
      {RANGES.includes(kind) && <Bounds path={[...path, kind]} loinc={loinc} kind={kind} />}
      {kind === "answer" && <AnswerField path={[...path, "answer"]} loinc={loinc} />}
      {kind !== "measured" && (
        <ChoiceField
          path={[...path, "whenMissing"]}
          label="Without a measurement"
          none="does not pass (default)"
          data={MISSING}
        />
      )}
    </>
  );
}

function blankOf(kind: Kind, loinc: string): unknown {
  if (kind === "answer") return answerOptions(loinc)[0]?.value ?? "";
  return kind === "value" ? { unit: unitOptions(loinc)[0] ?? "" } : {};
}

function Bounds({ path, loinc, kind }: { path: Path; loinc: string; kind: Kind }) {
  const units = useMemo(() => unitOptions(loinc), [loinc]);
  const bound = (key: string, label: string) => (
    <TextField
      path={[...path, key]}
      label={label}
      isOptional
      w={100}
      inputMode="decimal"
      autoComplete="off"
    />
  );
  return (
    <Group gap="sm" align="flex-start">
      {bound("min", "At least")}
      {bound("max", "At most")}
      {bound("above", "More than")}
      {bound("below", "Less than")}
      {kind === "value" && (
        <SuggestField path={[...path, "unit"]} label="Unit" placeholder="UCUM" data={units} />
      )}
    </Group>
  );
}

function AnswerField({ path, loinc }: { path: Path; loinc: string }) {
  const data = useMemo(() => answerOptions(loinc), [loinc]);
  return <ChoiceField path={path} label="Answer" data={data} />;
}
