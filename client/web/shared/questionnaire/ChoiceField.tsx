import { Button, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { isSameAnswer, maxLengthOf } from "../../../../circuits/statement/exchange/form/answer.ts";
import {
  type AnswerOption,
  type AnswerValue,
  optionText,
} from "../../../../circuits/statement/exchange/form/item.ts";
import { msg, t } from "../language.ts";
import { type FieldProps, inputProps, labelOf } from "./field.ts";

/** More of them are looked up in a list. */
const MOST_RADIOS = 9;
const OTHER = "other";

type Choice = { readonly value: AnswerValue; readonly label: string };

const YES_NO: readonly Choice[] = [
  { value: { valueBoolean: true }, label: msg("Yes") },
  { value: { valueBoolean: false }, label: msg("No") },
];

const choiceOf = (option: AnswerOption): Choice => ({ value: option, label: optionText(option) });

/** One of several answers, yes or no among them; with words of one's own where the question allows it. */
export function ChoiceField(props: FieldProps) {
  const { item, value, onChange } = props;
  const choices =
    item.type === "boolean"
      ? YES_NO.map((one) => ({ ...one, label: t(one.label) }))
      : (item.answerOption ?? []).map(choiceOf);
  const chosen = choices.findIndex((choice) => value && isSameAnswer(choice.value, value));
  const isOpen = item.type === "open-choice";
  const isOwn = isOpen && chosen < 0 && value?.valueString !== undefined;
  const [wantsOther, setOther] = useState(false);
  const isOther = isOpen && chosen < 0 && (isOwn || wantsOther);
  const pick = (key: string | null) => {
    setOther(key === OTHER);
    onChange(key === null || key === OTHER ? undefined : choices[Number(key)]?.value);
  };
  const picked = chosen >= 0 ? String(chosen) : isOther ? OTHER : null;
  const all = choices.map(({ label }, i) => ({ value: String(i), label }));
  const data = isOpen ? [...all, { value: OTHER, label: t("Something else") }] : all;
  const isLong = data.length > MOST_RADIOS;
  return (
    <Stack gap="xs">
      {isLong ? (
        <Select
          {...inputProps(props)}
          searchable
          clearable={item.required !== true}
          maw={560}
          data={data}
          value={picked}
          onChange={pick}
        />
      ) : (
        <Radios props={props} data={data} picked={picked} onPick={pick} />
      )}
      {isOther && (
        <TextInput
          label={t("In your own words: {{item}}", { item: labelOf(item) })}
          maw={560}
          autoComplete="off"
          readOnly={item.readOnly === true}
          maxLength={maxLengthOf(item)}
          value={value?.valueString ?? ""}
          onBlur={props.onLeave}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setOther(true);
            onChange(text === "" ? undefined : { valueString: text });
          }}
        />
      )}
    </Stack>
  );
}

type RadiosProps = {
  readonly props: FieldProps;
  readonly data: readonly { readonly value: string; readonly label: string }[];
  readonly picked: string | null;
  readonly onPick: (key: string | null) => void;
};

function Radios({ props, data, picked, onPick }: RadiosProps) {
  const { item, fault } = props;
  const isFixed = item.readOnly === true;
  return (
    <Radio.Group
      label={labelOf(item)}
      withAsterisk={item.required === true}
      error={fault}
      value={picked}
      onChange={onPick}
    >
      <Stack gap="xs" my="xs">
        {data.map(({ value, label }) => (
          <Radio key={value} value={value} label={label} disabled={isFixed} />
        ))}
      </Stack>
      {picked !== null && item.required !== true && !isFixed && (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={t("Take back the answer to: {{item}}", { item: labelOf(item) })}
          onClick={() => onPick(null)}
        >
          {t("Take back")}
        </Button>
      )}
    </Radio.Group>
  );
}
