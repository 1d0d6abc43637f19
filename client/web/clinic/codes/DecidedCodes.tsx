import { Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import {
  type CodeDecision,
  type CodeTable,
  conceptsSince,
  keyOf,
} from "../../../clinic/codes/codeTable.ts";
import { formatCount, formatCounted, formatDate } from "../../shared/format.ts";
import { codeName, conceptTitle, kindWords } from "./codeNames.ts";

const FIRST_SHOWN = 20;

type Props = {
  readonly table: CodeTable;
  readonly onChange: (act: (before: CodeTable) => CodeTable) => Promise<void>;
};

/** What was decided, newest first, and how to undo it. */
export function DecidedCodes({ table, onChange }: Props) {
  const [search, setSearch] = useState("");
  if (table.entries.length === 0) return null;
  const found = table.entries
    .filter((entry) => isFound(entry, search))
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const shown = found.slice(0, FIRST_SHOWN);
  const takeBack = (taken: CodeDecision) =>
    void onChange((before) => ({
      ...before,
      entries: before.entries.filter((entry) => keyOfEntry(entry) !== keyOfEntry(taken)),
    }));
  return (
    <section aria-labelledby="decided">
      <Title order={2} size="h4" id="decided" mb="sm">
        Decided
      </Title>
      <Stack gap="sm">
        <TextInput
          label="Search the decisions"
          placeholder="Code, words, or who decided"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Stack component="ul" gap="xs" p={0} m={0} aria-label="Decided codes">
          {shown.map((entry) => (
            <DecidedCard key={keyOfEntry(entry)} entry={entry} onTakeBack={() => takeBack(entry)} />
          ))}
        </Stack>
        <Text size="sm" c="dimmed">
          {formatCount(shown.length)} of {formatCount(table.entries.length)} shown.
        </Text>
      </Stack>
    </section>
  );
}

function DecidedCard({ entry, onTakeBack }: { entry: CodeDecision; onTakeBack: () => void }) {
  const { base, display, concepts, possible = [], by, at, source } = entry;
  const name = codeName(entry);
  const since = conceptsSince(entry).length;
  return (
    <Card component="li" padding="sm">
      <Group justify="space-between" gap="sm">
        <Stack gap={0} miw={0} style={{ flex: "1 1 260px" }}>
          <Text size="sm" fw={600} className="breakable">
            {display ?? name}
          </Text>
          <Text size="sm" className="breakable">
            {concepts.length === 0 ? "In no concept" : concepts.map(conceptTitle).join(", ")}
            {possible.length > 0 && `; not sure of ${possible.map(conceptTitle).join(", ")}`}
          </Text>
          <Text size="xs" c="dimmed" className="breakable">
            {kindWords(base)} · {name} · {by}, {formatDate(at)}
            {source !== "clinic" && ` · asked ${source.server}`}
          </Text>
          {since > 0 && (
            <Text size="sm" c="yellow">
              Added to the dictionary since: {formatCounted(since, "concept")}, still blocked. Take
              it back and decide again.
            </Text>
          )}
        </Stack>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`Take back ${display ?? ""} ${name}`}
          onClick={onTakeBack}
        >
          Take back
        </Button>
      </Group>
    </Card>
  );
}

function keyOfEntry({ base, system, code }: CodeDecision): string {
  return keyOf(base, system, code);
}

function isFound(entry: CodeDecision, search: string): boolean {
  const { display = "", by, concepts } = entry;
  const text = [codeName(entry), display, by, ...concepts.map(conceptTitle)]
    .join(" ")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
