import { Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { capital } from "../../../../circuits/statement/criteria/english.ts";
import { printUnit } from "../../../../circuits/statement/encoding/print.ts";
import {
  type AnswerValue,
  type Coding,
  type Item,
  rangeOf,
  UCUM,
  unitsOf,
} from "../../../../circuits/statement/exchange/form/item.ts";
import { t } from "../language.ts";
import { rangeText } from "./faults.ts";
import { type FieldProps, inputProps } from "./field.ts";
import { readNumber } from "./values.ts";

/** As people write it. */
const unitText = ({ display, code }: Coding) => display ?? printUnit(code);

/** A number, with its unit where it has one. A field for text: those for numbers lose what is half typed. */
export function NumberField(props: FieldProps) {
  const { item, value, onChange, onUnread } = props;
  const isWhole = item.type === "integer";
  const units = unitsOf(item);
  const given = units.find(({ code }) => code === value?.valueQuantity?.code);
  const [chosen, setChosen] = useState(units[0]);
  const unit = given ?? chosen;
  const number = value?.valueInteger ?? value?.valueDecimal ?? value?.valueQuantity?.value;
  const [typed, setTyped] = useState("");
  const read = readNumber(typed, isWhole);
  // What was typed is kept as it was ("1.50") while it says the answer's number.
  const isOwn = read === number;
  const text = isOwn ? typed : String(number ?? "");
  const send = (next: string, of: Coding | undefined) => {
    const found = readNumber(next, isWhole);
    const isUnread = found === undefined && next.trim() !== "";
    onUnread(isUnread ? numberPlease(isWhole) : undefined);
    onChange(found === undefined ? undefined : answerOf(found, isWhole, of));
  };
  const range = rangeText(item);
  // The unit beside the field is for the eye alone.
  const hint = [
    ...(units.length === 1 ? [`in ${unitText(units[0]!)}`] : []),
    ...(range === undefined ? [] : [t("please give {{range}}", { range })]),
  ].join("; ");
  const shared = inputProps(props);
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <TextInput
        {...shared}
        inputMode={keysFor(item)}
        maxLength={30}
        maw={320}
        flex={1}
        description={hint === "" ? undefined : capital(hint)}
        rightSection={
          units.length === 1 && (
            <Text size="sm" c="dimmed" pr="sm" aria-hidden style={{ whiteSpace: "nowrap" }}>
              {unitText(units[0]!)}
            </Text>
          )
        }
        rightSectionWidth={units.length === 1 ? 24 + 8 * unitText(units[0]!).length : undefined}
        value={text}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setTyped(next);
          send(next, unit);
        }}
      />
      {units.length > 1 && (
        <NativeSelect
          label={t("Unit")}
          aria-label={t("Unit: {{label}}", { label: shared.label })}
          w={130}
          disabled={item.readOnly === true}
          data={units.map((one) => ({ value: one.code, label: unitText(one) }))}
          value={unit?.code ?? ""}
          onChange={(event) => {
            const next = units.find(({ code }) => code === event.currentTarget.value);
            setChosen(next);
            send(text, next);
          }}
        />
      )}
    </Group>
  );
}

function numberPlease(isWhole: boolean): string {
  return isWhole ? t("Please write a whole number") : t("Please write a number");
}

/** Phones' keys for digits alone have no minus. */
function keysFor(item: Item): "text" | "numeric" | "decimal" {
  const { min } = rangeOf(item);
  if (min === undefined || Number(min) < 0) return "text";
  return item.type === "integer" ? "numeric" : "decimal";
}

function answerOf(value: number, isWhole: boolean, unit: Coding | undefined): AnswerValue {
  if (unit === undefined) return isWhole ? { valueInteger: value } : { valueDecimal: value };
  return {
    valueQuantity: { value, unit: unit.display ?? unit.code, system: UCUM, code: unit.code },
  };
}
