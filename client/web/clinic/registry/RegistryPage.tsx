import { Badge, Button, Stack, Table, Text, Title } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { allowanceWords } from "../../../clinic/registry/allowance.ts";
import type { ClinicLeaf } from "../../../clinic/registry/leaves.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatTime, shorten } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { RevokeDialog } from "./RevokeDialog.tsx";
import { RevokeRecord } from "./RevokeRecord.tsx";
import { useAllowance, useClinicLeaves } from "./useClinicLeaves.ts";

/** What this clinic has on the registry, what it had, and how to revoke it. */
export default function RegistryPage() {
  const { data: leaves, error, refetch } = useClinicLeaves();
  const [revoking, setRevoking] = useState<ClinicLeaf>();
  return (
    <>
      <PageHead
        title="In the registry"
        text="Every batch and record this clinic has anchored. Numbers only: nobody can tell from them whose they are."
      />
      <Allowed />
      <Stack gap={48}>
        {error !== null && <Problem problem={error} retry={() => void refetch()} />}
        {leaves === undefined && error === null && <Loading what="the registry" h={200} />}
        {leaves?.length === 0 && (
          <Empty icon={IconHistory} title="Nothing anchored yet">
            Once you anchor a batch, it is listed here with its date and state.
          </Empty>
        )}
        {leaves !== undefined && leaves.length > 0 && (
          <LeafTable leaves={leaves} onRevoke={setRevoking} />
        )}
        <section aria-labelledby="revoke-record">
          <Title order={2} size="h4" id="revoke-record" mb={4}>
            Revoke a record
          </Title>
          <RevokeRecord />
        </section>
      </Stack>
      <RevokeDialog leaf={revoking} onClose={() => setRevoking(undefined)} />
    </>
  );
}

/** Slots and revocations that are left. */
function Allowed() {
  const { data } = useAllowance();
  if (data == null) return null;
  return (
    <Text size="sm" c="dimmed" mb="lg" role="note">
      {allowanceWords(data).join(" ")}
    </Text>
  );
}

const STATES = {
  anchored: ["green", "Anchored"],
  replaced: ["gray", "Replaced"],
  revoked: ["red", "Revoked"],
} as const;

type TableProps = {
  readonly leaves: readonly ClinicLeaf[];
  readonly onRevoke: (leaf: ClinicLeaf) => void;
};

function LeafTable({ leaves, onRevoke }: TableProps) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="sm" aria-label="Batches and records of this clinic">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Anchored</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th ta="right">Records</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Action</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {leaves.map((leaf) => (
            <LeafRow key={String(leaf.batchRoot)} leaf={leaf} onRevoke={() => onRevoke(leaf)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function LeafRow({ leaf, onRevoke }: { leaf: ClinicLeaf; onRevoke: () => void }) {
  const { batchRoot, kind, size, state, anchoredAt, changedAt } = leaf;
  const [color, word] = STATES[state];
  return (
    <Table.Tr>
      <Table.Td>{size === 0 ? "never" : formatTime(anchoredAt)}</Table.Td>
      <Table.Td>
        {kind === "batch" ? "Batch" : "Record"}{" "}
        <Text span ff="monospace" size="sm" title={String(batchRoot)}>
          {shorten(batchRoot)}
        </Text>
      </Table.Td>
      <Table.Td ta="right">{formatCount(size)}</Table.Td>
      <Table.Td>
        <Badge color={color}>{word}</Badge>
        {changedAt !== undefined && (
          <Text size="xs" c="dimmed">
            {formatTime(changedAt)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {state === "anchored" && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Revoke… ${shorten(batchRoot)}`}
            onClick={onRevoke}
          >
            Revoke…
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
