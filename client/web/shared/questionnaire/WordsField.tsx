import { Textarea, TextInput } from "@mantine/core";
import { maxLengthOf } from "../../../../circuits/statement/exchange/form/answer.ts";
import { t } from "../language.ts";
import { type FieldProps, inputProps } from "./field.ts";

/** A line or more of words. Spaces alone are no answer. */
export function WordsField(props: FieldProps) {
  const { item, value, onChange } = props;
  const text = value?.valueString ?? "";
  const most = maxLengthOf(item);
  const set = (next: string) => onChange(next === "" ? undefined : { valueString: next });
  const shared = { ...inputProps(props), value: text, maxLength: most };
  if (item.type === "string") {
    return <TextInput {...shared} maw={560} onChange={(event) => set(event.currentTarget.value)} />;
  }
  const isNearlyFull = text.length > most * 0.8;
  return (
    <Textarea
      {...shared}
      autosize
      minRows={3}
      maxRows={12}
      maw={720}
      description={
        isNearlyFull ? t("{{text}} of {{most}} characters", { text: text.length, most }) : undefined
      }
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
