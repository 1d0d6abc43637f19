import { Anchor, Code, Drawer, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import type { AuditEvent } from "../../../api/event.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { PublishedWords } from "../../shared/PublishedWords.tsx";
import { ProofCheck } from "../proof/ProofCheck.tsx";
import { hasProof, wordsHashOf, wordsOf } from "./eventWords.ts";

/** An event with all of its arguments, and its proof to verify where it has one. */
export function EventDetails(props: { event: AuditEvent | undefined; onClose: () => void }) {
  const { event, onClose } = props;
  return (
    <Drawer
      opened={event !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={event && wordsOf(event).kind}
    >
      {event && <Details event={event} />}
    </Drawer>
  );
}

function Details({ event }: { event: AuditEvent }) {
  const words = wordsOf(event);
  const said = wordsHashOf(event);
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ["What", words.says],
          ["Who", words.by],
          ["When", formatTime(event.blockTime)],
          ["Event", `${event.contract}.${event.name}`],
          ["Block", formatCount(event.blockNumber)],
          [
            "Transaction",
            <Hash key="t" value={event.transactionHash} label="the transaction" isWhole />,
          ],
        ]}
      />
      {said !== undefined && <PublishedWords hash={said} />}
      {hasProof(event) ? (
        <ProofCheck transaction={event.transactionHash} />
      ) : (
        <Text size="sm">
          It has no proof of its own:{" "}
          <Anchor component={Link} href="/history" inherit underline="always">
            the check of the whole history
          </Anchor>{" "}
          shows whether it may have happened.
        </Text>
      )}
      <Title order={3} size="h5">
        All arguments
      </Title>
      <Facts facts={Object.entries(event.arguments).map(toFact)} />
    </Stack>
  );
}

function toFact([name, value]: [string, string]): Fact {
  const isStructure = value.startsWith("{") || value.startsWith("[");
  return [
    name,
    isStructure ? (
      <Code key={name} block>
        {indent(value)}
      </Code>
    ) : (
      value
    ),
  ];
}

function indent(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}
