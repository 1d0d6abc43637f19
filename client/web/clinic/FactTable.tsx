import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { InspectedFact } from "../../clinic/inspect.ts";
import { formatCount, formatDate } from "../shared/format.ts";

const FIRST_SHOWN = 40;

/** Facts of one domain, newest of each code first, as the record sorts them. */
export function FactTable(props: { facts: readonly InspectedFact[]; label: string }) {
  const { facts, label } = props;
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? facts : facts.slice(0, FIRST_SHOWN);
  const hasValues = facts.some(({ value }) => value !== "");
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
              <Table.Tr key={`${fact.code} ${fact.day} ${fact.value} ${fact.path}`}>
                <Table.Td>
                  <Text size="sm" className="breakable">
                    {fact.label}
                  </Text>
                  <Text size="xs" c="dimmed" className="breakable">
                    {fact.code}
                    {fact.note !== undefined && ` · ${fact.note}`}
                  </Text>
                </Table.Td>
                {hasValues && <Table.Td className="breakable">{fact.value}</Table.Td>}
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  {fact.day === "ongoing" ? "ongoing" : formatDate(fact.day)}
                </Table.Td>
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
