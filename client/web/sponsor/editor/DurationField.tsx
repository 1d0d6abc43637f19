import { Group, NumberInput, Select } from "@mantine/core";
import { useState } from "react";
import type { Path } from "../draft/tree.ts";
import { useField } from "./editing.tsx";

const UNITS = ["days", "weeks", "months", "years"].map((value) => ({ value, label: value }));
type Parts = { readonly count: number | ""; readonly unit: string };

function partsOf(text: string, unit: string): Parts {
  const match = /^(\d+) (day|week|month|year)s?$/.exec(text);
  return match ? { count: Number(match[1]), unit: `${match[2]}s` } : { count: "", unit };
}

/** "1 year", "6 months": the language's own words. */
const wordsOf = ({ count, unit }: Parts) =>
  count === "" ? undefined : `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;

/** A time span as a number and a unit; an empty number leaves it out. */
export function DurationField({ path, label }: { path: Path; label: string }) {
  const { text, error, set } = useField(path);
  // The unit of an empty field concerns only the field.
  const [unit, setUnit] = useState("months");
  const parts = partsOf(text, unit);
  return (
    <Group gap={4} align="flex-start" wrap="nowrap">
      <NumberInput
        label={label}
        placeholder="any time"
        w={130}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="none"
        value={parts.count}
        error={error}
        onChange={(next) => set(wordsOf({ ...parts, count: next === "" ? "" : Number(next) }))}
      />
      <Select
        aria-label={`${label}, unit`}
        w={105}
        mt={24}
        data={UNITS}
        value={parts.unit}
        allowDeselect={false}
        onChange={(next) => {
          setUnit(next ?? parts.unit);
          if (parts.count !== "") set(wordsOf({ ...parts, unit: next ?? parts.unit }));
        }}
      />
    </Group>
  );
}
