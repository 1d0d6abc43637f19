import { Badge, Button, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { AccreditationInfo, DeploymentInfo, RecordsState } from "../../../api/registry.ts";
import { useApi } from "../../shared/exchange.tsx";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatCounted, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { type RootStanding, rootStanding } from "./roots.ts";

const PAGE = 50;

/** Clinics, what they anchored and revoked, and which roots still count. */
export default function RecordsPage() {
  const api = useApi();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["records"],
    queryFn: async () => {
      const [records, accreditations, deployment] = await Promise.all([
        api.recordsState(),
        api.accreditations(),
        api.deployment(),
      ]);
      return { records, accreditations, deployment };
    },
  });
  return (
    <>
      <PageHead
        title="Records registry"
        text="Numbers that stand for records, and nothing of what they hold. As this server tells it: the whole-history check compares it with the chain."
      />
      {isPending && <Loading what="the registry" h={320} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data && (
        <Stack gap="xl">
          <Overview {...data} />
          <Roots {...data} />
          <Leaves records={data.records} />
          <Accreditations accreditations={data.accreditations} />
        </Stack>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}

type Known = { records: RecordsState; deployment: DeploymentInfo };

function Overview({ records, deployment }: Known) {
  const revoked = records.leaves.filter(({ kind }) => kind === "revoked").length;
  const people = records.leaves.reduce((sum, { size }) => sum + size, 0);
  const clinics = new Set(records.leaves.map(({ issuer }) => issuer)).size;
  const facts: Fact[] = [
    ["Leaves", formatCount(records.leaves.length)],
    ["Records they stand for", formatCount(people)],
    ["Clinics that anchored", formatCount(clinics)],
    ["Revocations", formatCount(revoked)],
    [
      "Roots",
      records.blocked
        ? "none counts: leaves of a clinic that governance voided have yet to be cleared"
        : "count as below",
    ],
    ["Current root", <Hash key="root" value={records.root} label="the current root" />],
    ["A superseded root counts for", formatCounted(deployment.rootWindowSeconds / 3600, "hour")],
  ];
  return (
    <Part title="Overview">
      <Facts facts={facts} />
    </Part>
  );
}

const STANDINGS: Readonly<Record<RootStanding["is"], { words: string; color: string }>> = {
  current: { words: "Current", color: "teal" },
  window: { words: "Still counts", color: "blue" },
  over: { words: "Window over", color: "gray" },
  voided: { words: "Voided by a revocation", color: "red" },
};

function Roots({ records, deployment }: Known) {
  const [shown, setShown] = useState(PAGE);
  const roots = records.roots.toReversed();
  return (
    <Part title="Roots">
      <List
        caption="Newest first"
        heads={["Root", "Since", "Standing"]}
        rows={roots.slice(0, shown).map((root) => {
          const { is, until } = rootStanding(root, deployment);
          return [
            <Hash key="root" value={root.root} label="the root" />,
            formatTime(root.createdAt),
            <Text key="is" size="sm" component="div">
              <Badge color={STANDINGS[is].color}>{STANDINGS[is].words}</Badge>
              {until !== undefined && ` until ${formatTime(until)}`}
            </Text>,
          ];
        })}
      />
      <More shown={shown} of={roots.length} onMore={() => setShown(shown + PAGE)} />
    </Part>
  );
}

const KINDS = { record: "One record", batch: "Batch", revoked: "Revoked" } as const;

function Leaves({ records: { leaves } }: { records: RecordsState }) {
  const [shown, setShown] = useState(PAGE);
  const newest = leaves.toReversed();
  return (
    <Part title="Leaves">
      <List
        caption="Newest first"
        heads={["Place", "Leaf", "Kind", "Records", "Clinic", "Anchored"]}
        rows={newest.slice(0, shown).map((leaf) => [
          formatCount(leaf.index),
          <Hash key="leaf" value={leaf.value} label="the leaf" />,
          <Badge key="kind" miw="max-content" color={leaf.kind === "revoked" ? "red" : "gray"}>
            {KINDS[leaf.kind]}
          </Badge>,
          formatCount(leaf.size),
          <Hash key="clinic" value={leaf.issuer} label="the clinic's account" />,
          formatTime(leaf.anchoredAt),
        ])}
      />
      <More shown={shown} of={leaves.length} onMore={() => setShown(shown + PAGE)} />
    </Part>
  );
}

const ROLES: Readonly<Record<string, string>> = {
  clinic: "Clinic",
  board: "Ethics board",
  sponsor: "Sponsor",
  governance: "Governance",
  custodian: "Custodian",
  operator: "Operator of a server",
  emergencyClinician: "Emergency clinician",
};

function Accreditations({ accreditations }: { accreditations: readonly AccreditationInfo[] }) {
  return (
    <Part title="Accreditations">
      <List
        caption="Who may act, and as what"
        heads={["Role", "Account", "Standing"]}
        rows={accreditations.map(({ role, account, active, since }) => [
          ROLES[role] ?? role,
          <Hash key="account" value={account} label="the account" />,
          active ? `Since ${formatTime(since)}` : "Ended",
        ])}
      />
    </Part>
  );
}

type ListProps = {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
};

function List({ caption, heads, rows }: ListProps) {
  if (rows.length === 0) return <Text c="dimmed">Nothing yet.</Text>;
  return (
    <Table.ScrollContainer minWidth={100 * heads.length}>
      <Table>
        <Table.Caption>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer, in its order
            <Table.Tr key={row}>
              {cells.map((cell, i) => (
                <Table.Td key={heads[i]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function More({ shown, of, onMore }: { shown: number; of: number; onMore: () => void }) {
  if (of <= shown) return null;
  return (
    <Button variant="default" mt="sm" onClick={onMore}>
      Show more of {formatCount(of)}
    </Button>
  );
}
