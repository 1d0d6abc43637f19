import { Badge, Group, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconMessageQuestion } from "@tabler/icons-react";
import type { SentCheck } from "../../prover/proving.ts";
import { formatDate, sentence, withDates } from "../../shared/format.ts";
import { msg, t } from "../../shared/language.ts";
import classes from "../record/Record.module.css";

type RecordCheck = Pick<SentCheck["records"][number], "criteria" | "problems">;
type Verdict = RecordCheck["criteria"][number];
type Line = Verdict["line"];
type Level = 3 | 4;

const MARKS = {
  yes: { icon: IconCircleCheck, color: "teal" },
  no: { icon: IconCircleX, color: "orange" },
  asked: { icon: IconMessageQuestion, color: "gray" },
} as const;
type Mark = keyof typeof MARKS;
/** A reason not to take part is named by what must not be so: "holds" would be read the wrong way round. */
const WORDS = {
  inclusion: { yes: msg("Met"), no: msg("Not met"), asked: msg("Asked in person") },
  exclusion: {
    yes: msg("Does not apply to you"),
    no: msg("Applies to you"),
    asked: msg("Asked in person"),
  },
} as const;

const markOf = (holds: boolean | undefined): Mark =>
  holds === undefined ? "asked" : holds ? "yes" : "no";

/** Each criterion in a sentence with the record's own values: what does not fit first, what fits folded away. */
export function Criteria({ check, level = 3 }: { check: RecordCheck; level?: Level }) {
  const { criteria, problems } = check;
  const marked = (mark: Mark) => criteria.filter(({ holds }) => markOf(holds) === mark);
  const fitting = marked("yes");
  return (
    <Stack gap="lg">
      {problems.length > 0 && (
        <div>
          <Title order={level} size="h5">
            {t("About your record")}
          </Title>
          {problems.map(({ message, hint }) => (
            <Text key={message} size="sm" mt="xs">
              {sentence(withDates(message))} {withDates(hint)}
            </Text>
          ))}
        </div>
      )}
      <Part title={t("What does not fit")} verdicts={marked("no")} level={level} />
      <Part title={t("What you will be asked")} verdicts={marked("asked")} level={level} />
      {fitting.length > 0 && (
        <details>
          <summary>{t("What fits: {{number}}", { number: fitting.length })}</summary>
          <List verdicts={fitting} />
        </details>
      )}
    </Stack>
  );
}

function Part(props: { title: string; verdicts: readonly Verdict[]; level: Level }) {
  const { title, verdicts, level } = props;
  if (verdicts.length === 0) return null;
  return (
    <div>
      <Title order={level} size="h5" mb={4}>
        {title}
      </Title>
      <List verdicts={verdicts} />
    </div>
  );
}

function List({ verdicts }: { verdicts: readonly Verdict[] }) {
  return (
    <ul className={classes.list}>
      {verdicts.map((verdict) => (
        <Criterion key={verdict.path} verdict={verdict} />
      ))}
    </ul>
  );
}

function Criterion({ verdict: { holds, list, line, earliest } }: { verdict: Verdict }) {
  const mark = markOf(holds);
  return (
    <li className={classes.item} data-criterion={mark}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <MarkIcon mark={mark} size={24} />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Group justify="space-between" align="flex-start" gap={4}>
            <Text className="breakable" fw={500} flex="1 1 260px">
              {list === "exclusion" && t("May not take part: ")}
              {list === "exclusion" ? lowerLead(line) : line.words}
              {line.of.length > 0 && ":"}
            </Text>
            <Badge color={MARKS[mark].color}>{t(WORDS[list][mark])}</Badge>
          </Group>
          <Values reasons={line.reasons} />
          <Lines of={line.of} list={list} />
          {holds === false && earliest !== undefined && (
            <Text size="sm" fw={500}>
              {t("You could meet this from {{day}}.", { day: formatDate(earliest) })}
            </Text>
          )}
        </div>
      </Group>
    </li>
  );
}

/** What leads a list goes on in the sentence before it; a sentence of its own may begin with a name. */
function lowerLead({ words, of }: Line): string {
  return of.length === 0 ? words : words.slice(0, 1).toLowerCase() + words.slice(1);
}

/** The lines of a list, each marked; lists within it are set further in. */
function Lines({ of, list }: { of: readonly Line[]; list: Verdict["list"] }) {
  if (of.length === 0) return null;
  return (
    <ul style={{ listStyle: "none", margin: "0.25rem 0 0", paddingInlineStart: "0.75rem" }}>
      {of.map((line) => (
        <li key={`${line.words} ${line.of.map(({ words }) => words).join(" ")}`}>
          <Group wrap="nowrap" align="flex-start" gap="xs">
            <MarkIcon mark={markOf(line.holds)} size={18} />
            <div style={{ minWidth: 0, flex: 1 }}>
              <Text size="sm" className="breakable">
                {line.words}
                {line.of.length > 0 && ":"}
                <VisuallyHidden> {t(WORDS[list][markOf(line.holds)])}</VisuallyHidden>
              </Text>
              <Values reasons={line.reasons} />
              <Lines of={line.of} list={list} />
            </div>
          </Group>
        </li>
      ))}
    </ul>
  );
}

function Values({ reasons }: { reasons: readonly string[] }) {
  if (reasons.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" className="breakable">
      {t("Your record: {{values}}", { values: reasons.map(withDates).join("; ") })}
    </Text>
  );
}

function MarkIcon({ mark, size }: { mark: Mark; size: number }) {
  const { icon: Icon, color } = MARKS[mark];
  return (
    <Icon
      size={size}
      aria-hidden
      color={`var(--mantine-color-${color}-text)`}
      style={{ flexShrink: 0 }}
    />
  );
}
