import { Fieldset, Stack, Text } from "@mantine/core";
import { type Item, isQuestion } from "../../../../circuits/statement/exchange/form/item.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import type { FieldProps } from "./field.ts";
import { labelOf } from "./field.ts";
import { NumberField } from "./NumberField.tsx";
import { TimeField } from "./TimeField.tsx";
import { WordsField } from "./WordsField.tsx";

/** What the form knows of one item. */
export type ItemState = Omit<FieldProps, "item">;

type Props = {
  readonly items: readonly Item[];
  /** linkIds of what is asked: nothing else is shown. */
  readonly enabled: ReadonlySet<string>;
  readonly stateOf: (item: Item) => ItemState;
};

/** A list of items: groups as fieldsets, texts, and the fields of questions. */
export function QuestionnaireItems({ items, enabled, stateOf }: Props) {
  return (
    <Stack gap="lg">
      {items
        .filter(({ linkId }) => enabled.has(linkId))
        .map((item) => (
          <div key={item.linkId} data-item={item.linkId}>
            <OneItem item={item} enabled={enabled} stateOf={stateOf} />
          </div>
        ))}
    </Stack>
  );
}

function OneItem({ item, enabled, stateOf }: Omit<Props, "items"> & { readonly item: Item }) {
  if (item.type === "group") {
    const { fault } = stateOf(item);
    const inner = (
      <QuestionnaireItems items={item.item ?? []} enabled={enabled} stateOf={stateOf} />
    );
    return (
      <Fieldset legend={labelOf(item)} variant={item.text === undefined ? "unstyled" : "default"}>
        {fault !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" mb="xs">
            {fault}
          </Text>
        )}
        {inner}
      </Fieldset>
    );
  }
  if (!isQuestion(item)) {
    return (
      <Text className="breakable" maw={720} style={{ whiteSpace: "pre-wrap" }}>
        {labelOf(item)}
      </Text>
    );
  }
  const props = { item, ...stateOf(item) };
  switch (item.type) {
    case "string":
    case "text":
      return <WordsField {...props} />;
    case "date":
    case "dateTime":
      return <TimeField {...props} />;
    case "integer":
    case "decimal":
    case "quantity":
      return <NumberField {...props} />;
    default:
      return <ChoiceField {...props} />;
  }
}
