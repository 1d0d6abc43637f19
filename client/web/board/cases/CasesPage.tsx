import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../../auditor/exchange/trialData.ts";
import { useApi, useDeployment } from "../../shared/exchange.tsx";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { BOARD_QUERIES, useAssigned } from "../data.ts";
import { CloseCase } from "./CloseCase.tsx";
import { type BoardCase, type Duties, dutiesOf, type OwedCopy } from "./duties.ts";

/** What the board looks after once data flow: emergencies, cuts of few people, copies that are owed. */
export default function CasesPage() {
  const assigned = useAssigned();
  const api = useApi();
  const events = useQuery({
    queryKey: [...BOARD_QUERIES, "events"],
    queryFn: () => api.events(),
  });
  const deployment = useDeployment();
  const problem = assigned.error ?? events.error ?? deployment.error;
  const duties = useMemo(() => {
    if (!assigned.data || !events.data || !deployment.data) return undefined;
    const trials = assigned.data.map(({ trial }) => trial);
    return dutiesOf(trials, events.data, deployment.data.chainTime);
  }, [assigned.data, events.data, deployment.data]);
  const again = () => {
    void assigned.refetch();
    void events.refetch();
    void deployment.refetch();
  };
  return (
    <>
      <PageHead
        title="Data of your trials"
        text="Emergencies in which somebody's data were opened without asking, requests about few people, and copies that recipients have yet to destroy."
      />
      {problem && <Problem problem={problem} retry={again} />}
      {!duties && !problem && <Loading what="what waits for you" h={240} />}
      {duties && <All duties={duties} />}
    </>
  );
}

function All({ duties }: { duties: Duties }) {
  const { cases, smallCuts, owed } = duties;
  const reasons = cases.flatMap(({ reason, outcome }) => [reason, ...(outcome ? [outcome] : [])]);
  const words = useWords(reasons).data;
  return (
    <Stack gap="xl">
      <Part
        title="Emergency cases"
        none="Nothing was opened in an emergency."
        isEmpty={cases.length === 0}
      >
        {cases.map((one) => (
          <OneCase key={String(one.caseId)} of={one} words={words} />
        ))}
      </Part>
      <Part
        title="Copies to be destroyed"
        none="No recipient holds a copy of somebody who has left."
        isEmpty={owed.length === 0}
      >
        {owed.map((one) => (
          <OneCopy key={String(one.requestId)} of={one} />
        ))}
      </Part>
      <Part
        title="Cuts of few people"
        none="No cut is so small that people could be told apart by it."
        isEmpty={smallCuts.length === 0}
      >
        {smallCuts.map(({ protocolNumber, cutId, people, sealedAt }) => (
          <Text key={cutId} size="sm">
            {protocolNumber}, cut {cutId} of {formatTime(sealedAt)}:{" "}
            {people === 1 ? "one person" : `${formatCount(people)} people`}
          </Text>
        ))}
      </Part>
    </Stack>
  );
}

type PartProps = {
  readonly title: string;
  readonly none: string;
  readonly isEmpty: boolean;
  readonly children: ReactNode;
};

function Part({ title, none, isEmpty, children }: PartProps) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {isEmpty ? <Text c="dimmed">{none}</Text> : <Stack gap="sm">{children}</Stack>}
    </section>
  );
}

type CaseProps = {
  readonly of: BoardCase;
  readonly words: ReadonlyMap<string, string> | undefined;
};

function OneCase({ of, words }: CaseProps) {
  const { caseId, protocolNumber, clinician, pseudonym, openedAt, closedAt, reason, outcome } = of;
  const facts: Fact[] = [
    ["Trial", protocolNumber],
    ["Opened", formatTime(openedAt)],
    ["Who", <Hash key="who" value={clinician} label="the clinician's account" />],
    ["Whose data", <Hash key="whose" value={pseudonym} label="the pseudonym" />],
    ["Why", words?.get(reason) ?? "the words are not published"],
    ...(closedAt === undefined ? [] : [["Closed", formatTime(closedAt)] as const]),
    ...(outcome === undefined
      ? []
      : [["What you found", words?.get(outcome) ?? "the words are not published"] as const]),
  ];
  return (
    <Card padding="md" data-case={String(caseId)}>
      <Group gap="xs" mb="xs">
        <Title order={3} size="h5">
          Case {String(caseId)}
        </Title>
        <TimeLeft of={of} />
      </Group>
      <Facts facts={facts} />
      {closedAt === undefined && <CloseCase caseId={caseId} />}
    </Card>
  );
}

function OneCopy({ of }: { of: OwedCopy }) {
  const { requestId, cutId, protocolNumber, left, staff, since, isOverdue } = of;
  return (
    <Card padding="md" data-owed={String(requestId)}>
      <Group gap="xs" mb="xs">
        <Title order={3} size="h5">
          Request {String(requestId)}, cut {String(cutId)}
        </Title>
        <Badge color={isOverdue ? "red" : "blue"}>{isOverdue ? "Overdue" : "Owed"}</Badge>
      </Group>
      <Facts
        facts={[
          ["Trial", protocolNumber],
          ["Opened by", <Hash key="staff" value={staff} label="the account" />],
          ["People in it who have left", formatCount(left)],
          ["Owed since", formatTime(since)],
        ]}
      />
    </Card>
  );
}

function TimeLeft({ of: { closedAt, daysLeft, isOverdue } }: { of: BoardCase }) {
  if (closedAt !== undefined) return <Badge color="gray">Closed</Badge>;
  if (isOverdue) return <Badge color="red">Overdue: the clinician is suspended</Badge>;
  const days = daysLeft === 1 ? "1 day left" : `${formatCount(daysLeft)} days left`;
  const words = daysLeft < 1 ? "Less than a day left" : days;
  return <Badge color={daysLeft < 2 ? "orange" : "blue"}>{words}</Badge>;
}
