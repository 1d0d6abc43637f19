// One criterion of somebody else's protocol: its text, and beside it what a record would be asked.
import { Badge, Checkbox, Group, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import type { Outcome } from "../../../sponsor/import/imported.ts";
import type { Placed } from "./choices.ts";

const WORDS: Readonly<Record<Outcome, string>> = {
  mapped: "Proven",
  partly: "Partly proven",
  attested: "Attested",
};
const COLORS: Readonly<Record<Outcome, string>> = {
  mapped: "green",
  partly: "blue",
  attested: "gray",
};
const LISTS = { inclusion: "Inclusion", exclusion: "Exclusion" } as const;

type Props = {
  readonly placed: Placed;
  /** Chosen to be attested although a record could answer it. */
  readonly isAttested: boolean;
  readonly onAttest: (isAttested: boolean) => void;
};

export function ImportedCriterion({ placed: { line, number }, isAttested, onAttest }: Props) {
  const outcome = isAttested ? "attested" : line.outcome;
  const name = `${LISTS[line.list]} ${number}`;
  return (
    <Paper component="li" p="sm" aria-label={name}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Badge color={COLORS[outcome]}>{WORDS[outcome]}</Badge>
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <Side title="Source" text={line.source} />
          <Side title="Meaning" text={meaningOf(line.meaning, outcome)} />
        </SimpleGrid>
        <Notes notes={line.notes} />
        {line.outcome !== "attested" && (
          <Checkbox
            size="sm"
            label="Have a person attest this instead"
            aria-label={`Have a person attest ${name} instead`}
            checked={isAttested}
            onChange={(event) => onAttest(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </Paper>
  );
}

function meaningOf(meaning: string | undefined, outcome: Outcome): string {
  if (meaning === undefined || outcome === "attested") return "A person attests these words.";
  return outcome === "partly" ? `${meaning}. A person attests the rest.` : meaning;
}

function Side({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text size="sm" className="breakable" style={{ whiteSpace: "pre-wrap" }}>
        {text}
      </Text>
    </div>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <Stack component="ul" gap={2} m={0} pl="md">
      {notes.map((note) => (
        <Text component="li" size="xs" c="dimmed" className="breakable" key={note}>
          {note}
        </Text>
      ))}
    </Stack>
  );
}
