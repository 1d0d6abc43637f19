// What every field of a form is given.
import type { AnswerValue, Item } from "../../../../circuits/statement/exchange/form/item.ts";

export type FieldProps = {
  readonly item: Item;
  readonly value: AnswerValue | undefined;
  /** What is wrong with it, when that is to be said. */
  readonly fault: string | undefined;
  readonly onChange: (value: AnswerValue | undefined) => void;
  /** Something is typed that cannot be read yet; undefined: it can. Nothing can be finished until then. */
  readonly onUnread: (fault: string | undefined) => void;
  /** The field was left: what is wrong may be said from now on. */
  readonly onLeave: () => void;
};

/** The item's question with its number. */
export function labelOf({ prefix, text }: Item): string {
  return prefix === undefined ? (text ?? "") : `${prefix} ${text ?? ""}`;
}

/** What all inputs of Mantine take alike. */
export function inputProps({ item, fault, onLeave }: FieldProps) {
  return {
    label: labelOf(item),
    required: item.required === true,
    readOnly: item.readOnly === true,
    error: fault,
    onBlur: onLeave,
    autoComplete: "off",
  };
}
