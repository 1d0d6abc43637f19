import { Code, Drawer, Stack, Title } from "@mantine/core";
import type { AuditEvent } from "../../api/event.ts";
import { type Fact, Facts } from "../shared/Facts.tsx";
import { formatTime } from "../shared/format.ts";
import { Hash } from "../shared/Hash.tsx";
import { hasProof, wordsOf } from "./eventWords.ts";
import { ProofCheck } from "./ProofCheck.tsx";

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
  return (
    <Stack gap="md">
      <Facts
        facts={[
          ["What", words.says],
          ["Who", words.by],
          ["When", formatTime(event.blockTime)],
          ["Event", `${event.contract}.${event.name}`],
          ["Block", String(event.blockNumber)],
          [
            "Transaction",
            <Hash key="t" value={event.transactionHash} label="the transaction" isWhole />,
          ],
        ]}
      />
      {hasProof(event) && <ProofCheck transaction={event.transactionHash} />}
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
