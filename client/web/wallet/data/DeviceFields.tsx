import { FileInput, SegmentedControl, Textarea } from "@mantine/core";
import { msg, t } from "../../shared/language.ts";
import type { Format } from "./worker/device.ts";

const FORMATS: readonly { readonly value: Format; readonly label: string }[] = [
  { value: "apple", label: "Apple Health" },
  { value: "fhir", label: "FHIR" },
  { value: "csv", label: msg("Table (CSV)") },
];
const ADVICE: Readonly<Record<Format, string>> = {
  apple: msg(
    "In the Health app: your picture, Export All Health Data. Choose the file export.zip here.",
  ),
  fhir: msg("A file of FHIR Observations: a bundle, or a line each."),
  csv: msg(
    "A table whose columns a mapping names. The study's site can give you one for your device.",
  ),
};

export type Chosen = {
  readonly format: Format;
  readonly file: File | null;
  readonly mapping: string;
};

type Props = {
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
  readonly isDisabled: boolean;
};

/** Which file, of which kind. */
export function DeviceFields({ chosen, onChange, isDisabled }: Props) {
  const { format, file, mapping } = chosen;
  return (
    <>
      <SegmentedControl
        aria-label={t("Kind of file")}
        value={format}
        disabled={isDisabled}
        onChange={(value) => onChange({ ...chosen, format: value as Format })}
        data={FORMATS.map(({ value, label }) => ({ value, label: t(label) }))}
      />
      <FileInput
        label={t("File")}
        description={t(ADVICE[format])}
        placeholder={t("Choose a file")}
        value={file}
        disabled={isDisabled}
        onChange={(next) => onChange({ ...chosen, file: next })}
        clearable
        clearButtonProps={{ "aria-label": t("Choose none") }}
      />
      {format === "csv" && (
        <Textarea
          label={t("Mapping")}
          description={t("JSON that names the columns")}
          autosize
          minRows={3}
          maxRows={12}
          ff="monospace"
          spellCheck={false}
          value={mapping}
          disabled={isDisabled}
          onChange={(event) => onChange({ ...chosen, mapping: event.currentTarget.value })}
        />
      )}
    </>
  );
}
