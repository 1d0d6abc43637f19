import { Badge, Button, Card, Group, Select, Stack, Text, Title } from "@mantine/core";
import { IconEqual, IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Review } from "../../board/approve.ts";
import { Loading } from "../shared/Loading.tsx";
import { Problem } from "../shared/Problem.tsx";
import classes from "./Board.module.css";
import { type Change, type Changes, compareVersions, countChanges } from "./changes.ts";
import { useReview } from "./data.ts";
import { diffWords } from "./wordDiff.ts";

type Props = {
  readonly review: Review;
  /** Earlier versions, newest first; the first is compared with unless another is chosen. */
  readonly earlier: readonly number[];
};

/** The version against an earlier one, part by part. */
export function ChangesView({ review, earlier }: Props) {
  const [base, setBase] = useState(earlier[0]!);
  const { protocolNumber } = review.document.trial;
  const { data: before, error, refetch } = useReview(protocolNumber, base);
  return (
    <Stack gap="lg">
      <Select
        label="Compare with"
        maw={260}
        data={earlier.map((number) => ({ value: String(number), label: `Version ${number}` }))}
        value={String(base)}
        allowDeselect={false}
        onChange={(value) => setBase(Number(value))}
      />
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {!before && !error && <Loading what="the version to compare with" h={200} />}
      {before && <Comparison all={compareVersions(before, review)} base={base} />}
    </Stack>
  );
}

function Comparison({ all, base }: { all: readonly Changes[]; base: number }) {
  const count = countChanges(all);
  return (
    <>
      <Text aria-live="polite">
        {count === 0
          ? `Nothing that an approval covers differs from version ${base}.`
          : `${count} ${count === 1 ? "difference" : "differences"} from version ${base}.`}
      </Text>
      {all.map((part) => (
        <ChangedPart key={part.title} part={part} base={base} />
      ))}
    </>
  );
}

function ChangedPart({ part: { title, changes }, base }: { part: Changes; base: number }) {
  const [isAll, setAll] = useState(false);
  const different = changes.filter(({ is }) => is !== "same");
  const same = changes.length - different.length;
  const shown = isAll ? changes : different;
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {same > 0 && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isAll}
            onClick={() => setAll(!isAll)}
          >
            {isAll ? "Hide what is the same" : `Show ${same} that stayed the same`}
          </Button>
        )}
      </Group>
      {different.length === 0 && <Text c="dimmed">Unchanged.</Text>}
      <Stack gap="sm">
        {shown.map((change) => (
          <ChangeCard key={change.name} change={change} base={base} />
        ))}
      </Stack>
    </section>
  );
}

const LOOKS = {
  added: { words: "Added", color: "teal", icon: IconPlus },
  removed: { words: "Removed", color: "red", icon: IconMinus },
  changed: { words: "Changed", color: "blue", icon: IconPencil },
  same: { words: "The same", color: "gray", icon: IconEqual },
} as const;

function ChangeCard({ change, base }: { change: Change; base: number }) {
  const { words, color, icon: Icon } = LOOKS[change.is];
  const { before, after } = change;
  return (
    <Card padding="md" data-change={change.is}>
      <Group gap="xs" mb="xs">
        <Badge color={color} leftSection={<Icon size={14} aria-hidden />}>
          {words}
        </Badge>
        <Text fw={600} className="breakable">
          {change.name}
        </Text>
      </Group>
      {change.note !== undefined && (
        <Text size="sm" mb="xs" fw={500} className="breakable">
          {change.note}
        </Text>
      )}
      {change.is === "same" ? (
        <Text size="sm" className={classes.side!}>
          {after}
        </Text>
      ) : (
        <div className={classes.pair}>
          <Side title={`Version ${base}`} text={before} other={after} keeps="gone" />
          <Side title="This version" text={after} other={before} keeps="came" />
        </div>
      )}
    </Card>
  );
}

type SideProps = {
  readonly title: string;
  readonly text: string | undefined;
  readonly other: string | undefined;
  readonly keeps: "gone" | "came";
};

/** One side of a change: words that the other lacks are struck out or underlined, and tinted. */
function Side({ title, text, other, keeps }: SideProps) {
  const Mark = keeps === "gone" ? "del" : "ins";
  const pieces =
    text === undefined || other === undefined
      ? []
      : diffWords(...(keeps === "gone" ? ([text, other] as const) : ([other, text] as const)));
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {title}
      </Text>
      <Text size="sm" component="div" className={classes.side!}>
        {text === undefined && (
          <Text span size="sm" c="dimmed">
            Not there
          </Text>
        )}
        {text !== undefined && other === undefined && (
          <Mark className={classes[keeps]}>{text}</Mark>
        )}
        {pieces
          .filter(({ is }) => is === "same" || is === keeps)
          .map(({ is, text: piece }, i) =>
            is === "same" ? (
              piece
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a fixed text, in order
              <Mark key={i} className={classes[keeps]}>
                {piece}
              </Mark>
            ),
          )}
      </Text>
    </div>
  );
}
