import { Radio, Stack, Text, Title } from "@mantine/core";
import type { Question } from "../../../../circuits/statement/trial/information.ts";
import { t } from "../../shared/language.ts";

/** Which answer was chosen to each question, by its place in the list. */
export type Chosen = ReadonlyMap<number, number>;

type Props = {
  readonly questions: readonly Question[];
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
};

/**
 * Short questions on what was read. A wrong answer is explained, and one goes on: whoever has read the explanation knows.
 */
export function Questions({ questions, chosen, onChange }: Props) {
  if (questions.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-labelledby="questions">
      <div>
        <Title order={3} size="h5" id="questions">
          {t("Is it clear?")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("Your answers stay in this wallet. Nobody else sees them.")}
        </Text>
      </div>
      {questions.map((one, i) => (
        <Asked
          key={one.question}
          question={one}
          chosen={chosen.get(i)}
          onChoose={(answer) => onChange(new Map(chosen).set(i, answer))}
        />
      ))}
    </Stack>
  );
}

type AskedProps = {
  readonly question: Question;
  readonly chosen: number | undefined;
  readonly onChoose: (answer: number) => void;
};

function Asked({ question: { question, answers, right, why }, chosen, onChoose }: AskedProps) {
  return (
    <div>
      <Radio.Group
        label={question}
        value={chosen === undefined ? "" : String(chosen)}
        onChange={(value) => onChoose(Number(value))}
        className="breakable"
      >
        <Stack gap="xs" mt="xs">
          {answers.map((answer, i) => (
            <Radio key={answer} value={String(i)} label={answer} />
          ))}
        </Stack>
      </Radio.Group>
      {chosen !== undefined && (
        <Text size="sm" mt="xs" role="status" className="breakable">
          {chosen === right ? t("Right.") : t("Not quite.")} {why}
        </Text>
      )}
    </div>
  );
}
