import { Group } from "@mantine/core";
import type { Path } from "../../draft/tree.ts";
import { loincOptions, unitOptions } from "../dictionary.ts";
import { useField } from "../editing.tsx";
import { CountField, SuggestField, TextField } from "../fields.tsx";
import { ListFields } from "./ListFields.tsx";

/** What devices measure, and for how long. */
export function DeviceFields({ path }: { path: Path }) {
  return (
    <>
      <ListFields
        path={[...path, "streams"]}
        names={["Readings", "reading"]}
        blank={() => ({ loinc: "", unit: "", title: "" })}
        shown={["loinc", "unit", "title"]}
      >
        {(at) => (
          <Group align="flex-start" gap="sm">
            <TextField path={[...at, "title"]} label="What is measured" />
            <SuggestField
              path={[...at, "loinc"]}
              label="LOINC code"
              placeholder="8867-4"
              data={COMMON_CODES}
            />
            <UnitField path={at} />
          </Group>
        )}
      </ListFields>
      <CountField path={[...path, "days"]} label="Days from arrival" w={150} min={1} />
    </>
  );
}

/** Those that the dictionary knows units for; any other can be typed. */
const COMMON_CODES = loincOptions("").map(({ value }) => value);

function UnitField({ path }: { path: Path }) {
  const { text } = useField([...path, "loinc"]);
  return (
    <SuggestField
      path={[...path, "unit"]}
      label="Unit"
      placeholder="UCUM"
      data={unitOptions(text)}
    />
  );
}
