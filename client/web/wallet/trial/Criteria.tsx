import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconMessageQuestion } from "@tabler/icons-react";
import type { SentCheck } from "../../prover/proving.ts";
import { formatDate } from "../../shared/format.ts";
import classes from "../record/Record.module.css";

type RecordCheck = Pick<SentCheck["records"][number], "criteria" | "problems">;
type Verdict = RecordCheck["criteria"][number];
type Level = 3 | 4;

const MARKS = {
  yes: { icon: IconCircleCheck, color: "teal" },
  no: { icon: IconCircleX, color: "orange" },
  asked: { icon: IconMessageQuestion, color: "gray" },
} as const;
/** A reason not to take part is named by what must not be so: "holds" would be read the wrong way round. */
const WORDS = {
  inclusion: { yes: "Holds", no: "Does not hold", asked: "Asked in person" },
  exclusion: { yes: "Does not apply to you", no: "Applies to you", asked: "Asked in person" },
} as const;

/** Each criterion in plain English, with what this record says to it. */
export function Criteria({ check, level = 3 }: { check: RecordCheck; level?: Level }) {
  const of = (list: Verdict["list"]) => check.criteria.filter((one) => one.list === list);
  return (
    <Stack gap="lg">
      <Part title="To take part" verdicts={of("inclusion")} level={level} />
      <Part title="Reasons not to take part" verdicts={of("exclusion")} level={level} />
      {check.problems.length > 0 && (
        <div>
          <Title order={level} size="h5">
            About your record
          </Title>
          {check.problems.map(({ message, hint }) => (
            <Text key={message} size="sm" mt="xs">
              {sentence(message)} {hint}
            </Text>
          ))}
        </div>
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
      <ul className={classes.list}>
        {verdicts.map((verdict) => (
          <Criterion key={verdict.path} verdict={verdict} />
        ))}
      </ul>
    </div>
  );
}

function Criterion({ verdict }: { verdict: Verdict }) {
  const { holds, label, english, list, parts, earliest } = verdict;
  const mark = holds === undefined ? "asked" : holds ? "yes" : "no";
  const { icon: Icon, color } = MARKS[mark];
  const reasons = parts.filter((part) => part.holds === holds);
  return (
    <li className={classes.item}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Icon
          size={24}
          aria-hidden
          color={`var(--mantine-color-${color}-text)`}
          style={{ flexShrink: 0 }}
        />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Group justify="space-between" align="flex-start" gap={4}>
            <Text className="breakable" fw={500} flex="1 1 260px">
              {label ?? english}
            </Text>
            <Badge color={color}>{WORDS[list][mark]}</Badge>
          </Group>
          {label !== undefined && label !== english && (
            <Text size="sm" c="dimmed" className="breakable">
              {english}
            </Text>
          )}
          {reasons.map((part) => (
            <Text key={`${part.words} ${part.reason}`} size="sm" className="breakable">
              {parts.length > 1 ? part.words : "Your record"}: {part.reason}
            </Text>
          ))}
          {holds === false && earliest !== undefined && (
            <Text size="sm" fw={500}>
              It could hold from {formatDate(earliest)}.
            </Text>
          )}
        </div>
      </Group>
    </li>
  );
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
