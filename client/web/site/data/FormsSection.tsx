import { Badge, Stack, Table, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { hashEntry } from "../../../../circuits/statement/exchange/entry.ts";
import { ZERO_BYTES32 } from "../../../../circuits/statement/trial/trial.ts";
import type { PublicEntry } from "../../../api/exchange.ts";
import { CORRECTION_WORDS, correctionOf } from "../../../exchange/correct.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";
import { formatCount, formatDate } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";

const MOST = 100;

type Props = { readonly data: TrialData; readonly siteId: number };

/** Every form that the site has sent, newest first; one that was corrected stays, and says what took its place. */
export function FormsSection({ data, siteId }: Props) {
  const forms = useMemo(
    () =>
      data.entries
        .filter(({ authority }) => authority.kind === "staff" && authority.siteId === siteId)
        .toReversed(),
    [data.entries, siteId],
  );
  if (forms.length === 0) return null;
  const replacedBy = new Map(forms.map(({ entry }) => [entry.replaces, hashEntry(entry)]));
  const titles = new Map(data.collections.map(({ id, title }) => [id, title]));
  return (
    <section aria-labelledby="forms" className="no-print">
      <Title order={2} size="h4" id="forms" mb="sm">
        Forms sent
      </Title>
      <Table.ScrollContainer minWidth={640} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label="Forms sent">
          <Table.Thead>
            <Table.Tr>
              {["Form", "Participant", "Signed by", "Entry", "State"].map((head) => (
                <Table.Th key={head} scope="col">
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {forms.slice(0, MOST).map((one) => (
              <Form
                key={hashEntry(one.entry)}
                of={one}
                title={titles.get(one.entry.collection) ?? one.entry.collection}
                next={replacedBy.get(hashEntry(one.entry))}
                data={data}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {forms.length > MOST && (
        <Text size="sm" c="dimmed">
          The newest {formatCount(MOST)} of {formatCount(forms.length)}.
        </Text>
      )}
    </section>
  );
}

type FormProps = {
  readonly of: PublicEntry;
  readonly title: string;
  /** The entry that took its place. */
  readonly next: string | undefined;
  readonly data: TrialData;
};

function Form({ of, title, next, data }: FormProps) {
  const { entry, authority, batch } = of;
  const hash = hashEntry(entry);
  const isCorrection = entry.replaces !== ZERO_BYTES32;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{title}</Text>
        <Text size="xs" c="dimmed">
          {formatDate(formatDay(entry.day))}
        </Text>
      </Table.Td>
      <Table.Td>
        <Hash value={entry.pseudonym} label="the pseudonym" />
      </Table.Td>
      <Table.Td>
        {authority.kind === "staff" && <Hash value={authority.key} label="the account" />}
      </Table.Td>
      <Table.Td>
        <Hash value={hash} label="the entry" />
      </Table.Td>
      <Table.Td>
        <Stack gap={2} align="flex-start">
          <Badge color={next === undefined ? "teal" : "gray"}>
            {next === undefined ? "Counts" : "Corrected"}
          </Badge>
          <Text size="xs" c="dimmed">
            {batch === undefined ? "Waits for the chain" : "On the chain"}
          </Text>
          {isCorrection && (
            <Text size="xs" c="dimmed">
              Takes the place of another: {CORRECTION_WORDS[correctionOf(entry.correction)]}.{" "}
              {noticed(data, hash)}
            </Text>
          )}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

/** Recipients who have said on the chain that they took note of a correction. */
function noticed({ events }: TrialData, correcting: string): string {
  const said = events.filter(
    ({ name, arguments: args }) =>
      name === "CorrectionAcknowledged" && args.entry?.toLowerCase() === correcting,
  ).length;
  if (said === 0) return "No recipient has taken note of it yet.";
  return said === 1 ? "Noted once." : `Noted ${formatCount(said)} times.`;
}
