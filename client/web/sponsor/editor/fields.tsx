// The form's inputs, each bound to one path of the trial file.
import {
  Autocomplete,
  Checkbox,
  NumberInput,
  type NumberInputProps,
  Select,
  Textarea,
  type TextareaProps,
  TextInput,
  type TextInputProps,
} from "@mantine/core";
import type { Ref } from "react";
import type { Path } from "../draft/tree.ts";
import { useField } from "./editing.tsx";

type Bound = { readonly path: Path; readonly label: string };
/** Left out of the file when empty, not written as an empty text. */
type Optional = { readonly isOptional?: boolean };

const orNothing = (text: string, isOptional?: boolean) =>
  isOptional === true && text === "" ? undefined : text;

export function TextField({
  path,
  isOptional,
  ...rest
}: Bound &
  Optional &
  Omit<TextInputProps, "value" | "onChange"> & { ref?: Ref<HTMLInputElement> }) {
  const { text, error, set } = useField(path);
  return (
    <TextInput
      {...rest}
      value={text}
      error={error}
      onChange={(event) => set(orNothing(event.currentTarget.value, isOptional))}
    />
  );
}

export function LongTextField({
  path,
  isOptional,
  ...rest
}: Bound & Optional & Omit<TextareaProps, "value" | "onChange">) {
  const { text, error, set } = useField(path);
  return (
    <Textarea
      autosize
      minRows={2}
      {...rest}
      value={text}
      error={error}
      onChange={(event) => set(orNothing(event.currentTarget.value, isOptional))}
    />
  );
}

/** A whole number; an empty field leaves it out. */
export function CountField({
  path,
  ...rest
}: Bound & Omit<NumberInputProps, "value" | "onChange">) {
  const { found, error, set } = useField(path);
  return (
    <NumberInput
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      {...rest}
      value={typeof found === "number" ? found : ""}
      error={error}
      onChange={(next) => set(next === "" ? undefined : Number(next))}
    />
  );
}

type Option = { readonly value: string; readonly label: string };

/** One of a few; `none` is the choice that leaves it out. */
export function ChoiceField(
  props: Bound & { data: readonly Option[]; none?: string; description?: string },
) {
  const { path, label, data, none, description } = props;
  const { text, error, set } = useField(path);
  const all = none === undefined ? data : [{ value: "", label: none }, ...data];
  return (
    <Select
      label={label}
      description={description}
      data={all}
      value={text}
      error={error}
      allowDeselect={false}
      onChange={(next) => set(next === "" || next === null ? undefined : next)}
    />
  );
}

/** Free text with suggestions: all of them while one is chosen, those that hold what is typed otherwise. */
export function SuggestField(props: Bound & Optional & { data: string[]; placeholder?: string }) {
  const { path, isOptional, ...rest } = props;
  const { text, error, set } = useField(path);
  return (
    <Autocomplete
      {...rest}
      filter={({ options, search }) =>
        rest.data.includes(search)
          ? options
          : options.filter((option) => "value" in option && option.value.includes(search))
      }
      value={text}
      error={error}
      onChange={(next) => set(orNothing(next, isOptional))}
    />
  );
}

export function CheckField({ path, label, description }: Bound & { description?: string }) {
  const { found, set } = useField(path);
  return (
    <Checkbox
      label={label}
      description={description}
      checked={found === true}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  );
}
