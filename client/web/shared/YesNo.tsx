import { Group, Radio, Stack, Text } from "@mantine/core";
import { t } from "./language.ts";

type Props = {
  /** What is or is not so, as the trial says it. */
  readonly text: string;
  /** The answer with which it goes on; the other is taken down, and says what it means. */
  readonly needs: boolean;
  readonly value: boolean | undefined;
  readonly onChange: (value: boolean) => void;
  /** What the other answer means. */
  readonly otherwise: string;
};

/** One question, yes or no: neither is chosen before somebody answers. */
export function YesNo({ text, needs, value, onChange, otherwise }: Props) {
  return (
    <Stack gap={4}>
      <Radio.Group
        label={text}
        description={t("Is this so?")}
        value={value === undefined ? "" : value ? "yes" : "no"}
        onChange={(chosen) => onChange(chosen === "yes")}
        className="breakable"
      >
        <Group gap="lg" mt={6}>
          <Radio value="yes" label={t("Yes")} />
          <Radio value="no" label={t("No")} />
        </Group>
      </Radio.Group>
      {value !== undefined && value !== needs && (
        <Text size="sm" role="status">
          {otherwise}
        </Text>
      )}
    </Stack>
  );
}

/** Answers to such questions, by their ids. */
export type Answered = ReadonlyMap<string, boolean>;

/** Whether each of these was answered as it needs to be: no, where it must not be so. */
export function allAnswered(
  questions: readonly { readonly id: string; readonly negated: boolean }[],
  answered: Answered,
): boolean {
  return questions.every(({ id, negated }) => answered.get(id) === !negated);
}
