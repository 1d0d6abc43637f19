import { Alert, Anchor, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconDatabaseExport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { readReceipts } from "../../../exchange/access.ts";
import { SMALL_CUT } from "../../../exchange/cut.ts";
import { datasetAnchors } from "../../../exchange/datasetAnchor.ts";
import { Empty } from "../../shared/Empty.tsx";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { answering, type Reached, reachCustodians } from "./custodians.ts";
import { Emergencies } from "./Emergencies.tsx";
import { type MatchedRequest, type Matching, matchReceipts } from "./matching.ts";
import { Outstanding } from "./Outstanding.tsx";
import { type TrialData, useTrialData, useWords } from "./trialData.ts";

/** A trial's requests for data, beside what custodians signed that they answered. */
export default function ExchangePage({ protocolNumber }: { protocolNumber: string }) {
  const { data, error, isPending, refetch } = useTrialData(protocolNumber);
  return (
    <>
      <Anchor component={Link} href="/exchange" size="sm">
        <IconArrowLeft size={14} aria-hidden /> All trials
      </Anchor>
      <PageHead
        title={`Data of ${protocolNumber}`}
        text="Every request to open data, and what each custodian signed that it answered. As this server tells it: the whole-history check replays cuts, requests and receipts against the chain."
      />
      {isPending && <Loading what="requests" h={320} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data && <Matched data={data} />}
    </>
  );
}

function Matched({ data }: { data: TrialData }) {
  const { custodians, place, trial } = data;
  const {
    data: told,
    error,
    isPending,
    refetch,
  } = useQuery({
    queryKey: ["exchange", trial.protocolNumber, "receipts", ...custodians],
    queryFn: async () => {
      const reached = await reachCustodians(custodians);
      return { reached, books: await readReceipts(answering(reached), place) };
    },
  });
  if (custodians.length === 0) {
    return (
      <Empty icon={IconDatabaseExport} title="This trial collects nothing">
        Its version in force names no custodians, so no data can be deposited or opened.
      </Empty>
    );
  }
  if (error) return <Problem problem={error} retry={() => void refetch()} />;
  if (isPending) return <Loading what="receipts" h={320} />;
  const incomplete = told.books.filter(({ isIncomplete }) => isIncomplete);
  return (
    <Stack gap="xl">
      <Standing data={data} reached={told.reached} />
      <Warnings reached={told.reached} incomplete={incomplete.map(({ custodian }) => custodian)} />
      <Requests data={data} matching={matchReceipts(data, told.books)} />
      <Emergencies data={data} />
      <Outstanding data={data} />
    </Stack>
  );
}

function Standing({ data, reached }: { data: TrialData; reached: readonly Reached[] }) {
  const waiting = data.entries.filter(({ batch }) => batch === undefined).length;
  const facts: Fact[] = [
    ["Entries", formatCount(data.entries.length)],
    ["Of them not on the chain yet", formatCount(waiting)],
    ["Cuts", formatCount(data.cuts.length)],
    [
      "Custodians",
      `${formatCount(data.threshold)} of ${formatCount(reached.length)} open a package`,
    ],
  ];
  return <Facts facts={facts} />;
}

function Warnings({ reached, incomplete }: { reached: readonly Reached[]; incomplete: string[] }) {
  const away = reached.filter(({ custodian }) => custodian === undefined);
  return (
    <>
      {away.length > 0 && (
        <Alert
          color="yellow"
          title="Not all custodians answer"
          icon={<IconAlertTriangle aria-hidden />}
        >
          <span className="breakable">
            What they answered is not shown: {away.map(({ address }) => address).join(", ")}.
          </span>
        </Alert>
      )}
      {incomplete.length > 0 && (
        <Alert
          color="red"
          title="Receipts are missing or not signed"
          icon={<IconAlertTriangle aria-hidden />}
          role="alert"
        >
          <span className="breakable">
            Receipts are numbered without gaps and signed. Those of {incomplete.join(", ")} are not
            whole, so what these custodians did is not wholly known.
          </span>
        </Alert>
      )}
    </>
  );
}

function Requests({ data, matching }: { data: TrialData; matching: Matching }) {
  const { requests, confessions } = matching;
  const words = useWords(requests.map(({ purpose }) => purpose)).data;
  return (
    <section aria-labelledby="requests">
      <Title order={2} size="h4" mb="sm" id="requests">
        Requests and receipts
      </Title>
      <Stack gap="sm">
        {confessions.map(({ custodian, number, requestId }) => (
          <Alert
            key={`${custodian} ${number}`}
            color="red"
            role="alert"
            icon={<IconAlertTriangle aria-hidden />}
            title={`Receipt ${number} is for a request that nobody made`}
          >
            <Text size="sm" className="breakable">
              The custodian {custodian} signed that it released data for request {String(requestId)}
              . There is none. Its signature is its confession.
            </Text>
          </Alert>
        ))}
        {requests.length === 0 && <Text c="dimmed">Nobody has asked for data of this trial.</Text>}
        {requests.map((one) => (
          <OneRequest
            key={String(one.requestId)}
            {...{ request: one, data }}
            purpose={words?.get(one.purpose)}
          />
        ))}
      </Stack>
    </section>
  );
}

type OneProps = {
  readonly request: MatchedRequest;
  readonly data: TrialData;
  readonly purpose: string | undefined;
};

function OneRequest({ request, data, purpose }: OneProps) {
  const { requestId, cutId, staff, requestedAt, until, answered, purgedAt } = request;
  const cut = data.cuts.find((one) => one.cutId === cutId);
  const isOver = until < data.deployment.chainTime;
  const silent = data.custodians.filter(
    (one) => !answered.some(({ custodian }) => custodian.toLowerCase() === one),
  );
  const facts: Fact[] = [
    ["Why", purpose ?? "the words are not published"],
    ["Who", <Hash key="who" value={staff} label="the account" />],
    ["From, until", `${formatTime(requestedAt)}, ${formatTime(until)}`],
    ["People in the cut", cut ? formatCount(cut.participants) : "unknown"],
    ["Could have been in it, were left out", cut ? formatCount(cut.leftOut) : "unknown"],
    ...answered.map(
      ({ custodian, released, refused }): Fact => [
        `Custodian ${custodian.slice(0, 8)}…`,
        answerWords(released, refused),
      ],
    ),
    ...(silent.length === 0
      ? []
      : [
          [
            "No receipt shown by",
            `${formatCount(silent.length)} ${silent.length === 1 ? "custodian" : "custodians"}`,
          ] as const,
        ]),
    ...datasetAnchors(data.events, request).map(
      ({ manifest, block }): Fact => [
        `Dataset anchored in block ${block}`,
        <Hash key={manifest} value={manifest} label="the manifest's hash" />,
      ],
    ),
    ["Copy destroyed", purgedAt === undefined ? "not declared" : formatTime(purgedAt)],
  ];
  return (
    <Card padding="md" data-request={String(requestId)}>
      <Group gap="xs" mb="xs">
        <Title order={3} size="h5">
          Request {String(requestId)}, cut {String(cutId)}
        </Title>
        <Badge color={isOver ? "gray" : "blue"}>{isOver ? "Over" : "Open"}</Badge>
        {cut !== undefined && cut.participants < SMALL_CUT && (
          <Badge color="orange">Few people</Badge>
        )}
      </Group>
      <Facts facts={facts} />
    </Card>
  );
}

function answerWords(
  released: number,
  refused: readonly (readonly [code: string, count: number])[],
): ReactNode {
  const given = `released ${formatCount(released)}`;
  const kept = refused.map(([code, count]) => `refused ${formatCount(count)} (${code})`);
  return [given, ...kept].join(", ");
}
