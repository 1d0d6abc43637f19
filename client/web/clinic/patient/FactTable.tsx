import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { dayWords, saysWhen } from "../../../../circuits/statement/criteria/factWords.ts";
import { EXACT, UNUSABLE } from "../../../../circuits/statement/encoding/fact.ts";
import type { SourcedFact } from "../../../clinic/record/resolve.ts";
import { codeWords, valueWords } from "../../../clinic/record/words.ts";
import { formatCount, withDates } from "../../shared/format.ts";

const FIRST_SHOWN = 40;

/** Facts of one domain, newest of each code first, as the record sorts them. */
export function FactTable(props: { facts: readonly SourcedFact[]; label: string }) {
  const { facts, label } = props;
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? facts : facts.slice(0, FIRST_SHOWN);
  const hasValues = facts.some((fact) => resultWords(fact) !== "");
  return (
    <>
      <Table.ScrollContainer minWidth={460}>
        <Table verticalSpacing="xs" aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              {hasValues && <Table.Th>Value</Table.Th>}
              <Table.Th>Date</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((fact) => (
              <Table.Tr key={fact.packed}>
                <Table.Td>
                  <Text size="sm" className="breakable">
                    {fact.label}
                  </Text>
                  <Text size="xs" c="dimmed" className="breakable">
                    {codeWords(fact)}
                    {fact.note !== undefined && ` · ${fact.note}`}
                  </Text>
                </Table.Td>
                {hasValues && <Table.Td className="breakable">{resultWords(fact)}</Table.Td>}
                <Table.Td style={{ whiteSpace: "nowrap" }}>{whenWords(fact)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.length < facts.length && (
        <Button variant="subtle" size="compact-sm" onClick={() => setShowsAll(true)}>
          Show all {formatCount(facts.length)}
        </Button>
      )}
    </>
  );
}

/** What was measured; nothing where a fact only says when. */
function resultWords(fact: SourcedFact): string {
  return saysWhen(fact) && fact.value !== UNUSABLE ? "" : valueWords(fact);
}

/** "on or after 24 Nov 2026": how its day is meant, with the day as readers write it. */
function whenWords({ day, value, ...fact }: SourcedFact): string {
  const isPlain = !saysWhen(fact) || value === UNUSABLE;
  const words = dayWords(day, isPlain ? EXACT : value);
  return withDates(words.replace(/^on (?=\d)/, ""));
}
