import { TextInput } from "@mantine/core";
import { rangeOf } from "../../../../circuits/statement/exchange/form/item.ts";
import { t } from "../language.ts";
import { rangeText } from "./faults.ts";
import { type FieldProps, inputProps } from "./field.ts";
import { dateTimeOf, localTime } from "./values.ts";

/** A day, or a day and a time where the person is. */
export function TimeField(props: FieldProps) {
  const { item, value, onChange } = props;
  const { min, max } = rangeOf(item);
  const isDay = item.type === "date";
  const limit = (of: number | string | undefined) =>
    of === undefined || isDay ? of : localTime(String(of));
  const range = rangeText(item);
  const given = isDay ? (value?.valueDate ?? "") : localTime(value?.valueDateTime);
  return (
    <TextInput
      {...inputProps(props)}
      type={isDay ? "date" : "datetime-local"}
      maw={320}
      min={limit(min)}
      max={limit(max)}
      description={
        range === undefined || !isDay ? undefined : t("Please give {{range}}", { range })
      }
      value={given}
      onChange={(event) => {
        const next = event.currentTarget.value;
        if (isDay) return onChange(next === "" ? undefined : { valueDate: next });
        const valueDateTime = dateTimeOf(next);
        onChange(valueDateTime === undefined ? undefined : { valueDateTime });
      }}
    />
  );
}
