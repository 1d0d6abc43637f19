import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { requestOf, SMALL_CUT } from "../../../exchange/cut.ts";
import { copiesOf } from "../../../exchange/purge.ts";
import { type CutInfo, type TrialData, useWords } from "../../auditor/exchange/trialData.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { findCut } from "./cutFiles.ts";
import { FetchCut } from "./FetchCut.tsx";
import type { KeptRequest } from "./kept.ts";
import { Purge } from "./Purge.tsx";
import { RequestForm } from "./RequestForm.tsx";

/** Cuts, newest first, with what was asked of them. */
export function Cuts({ data }: { data: TrialData }) {
  // Keys of requests, in memory only: their files are what lasts.
  const [kept, setKept] = useState<readonly KeptRequest[]>([]);
  const add = (one: KeptRequest) => setKept((before) => [...before, one]);
  const forget = (requestId: bigint) =>
    setKept((before) =>
      before.filter(({ recipientKey }) => requestOf(data.events, recipientKey) !== requestId),
    );
  const cuts = data.cuts.toReversed();
  return (
    <section aria-labelledby="cuts">
      <Title order={2} size="h4" id="cuts" mb="sm">
        Cuts
      </Title>
      {cuts.length === 0 && <Text c="dimmed">No cut was sealed yet.</Text>}
      <Stack>
        {cuts.map((cut) => (
          <OneCut key={String(cut.cutId)} {...{ cut, data, kept, add, forget }} />
        ))}
      </Stack>
    </section>
  );
}

type OneProps = {
  readonly cut: CutInfo;
  readonly data: TrialData;
  readonly kept: readonly KeptRequest[];
  readonly add: (one: KeptRequest) => void;
  /** Drops the key of a request. */
  readonly forget: (requestId: bigint) => void;
};

function OneCut({ cut, data, kept, add, forget }: OneProps) {
  const { cutId, participants, packages, leftOut, by, sealedAt } = cut;
  const requests = copiesOf(data.events, data.trial.trialId).filter((one) => one.cutId === cutId);
  const purposes = new Map(
    data.events.flatMap(({ name, arguments: args }) =>
      name === "Requested" ? [[args.requestId ?? "", args.purpose ?? ""] as const] : [],
    ),
  );
  const facts: Fact[] = [
    ["Sealed", formatTime(sealedAt)],
    ["People", formatCount(participants)],
    ["Packages", formatCount(packages)],
    ["Could have been in it, were left out", formatCount(leftOut)],
    ["By", <Hash key="by" value={by} label="the account" />],
  ];
  return (
    <Card padding="md" data-cut={String(cutId)}>
      <Group gap="xs" mb="xs">
        <Title order={3} size="h5">
          Cut {String(cutId)}
        </Title>
        {participants < SMALL_CUT && <Badge color="orange">Few people</Badge>}
      </Group>
      <Facts facts={facts} />
      <Stack mt="md">
        {requests.map((request) => (
          <Stack key={String(request.requestId)} gap="xs">
            <Text size="sm">
              Request {String(request.requestId)}, until {formatTime(request.until)}
            </Text>
            <Words hash={purposes.get(String(request.requestId))} />
            {request.purgedAt === undefined && <FetchCut {...{ request, cut, data, kept, add }} />}
            <Purge {...{ request, data }} forget={() => forget(request.requestId)} />
          </Stack>
        ))}
        <RequestForm cut={findCut(data, cut)} data={data} add={add} />
      </Stack>
    </Card>
  );
}

/** What a request was for, as everybody reads it. */
function Words({ hash = "" }: { hash?: string | undefined }) {
  const { data } = useWords(hash === "" ? [] : [hash]);
  const words = data?.get(hash);
  return words === undefined ? null : (
    <Text size="sm" c="dimmed" className="breakable">
      “{words}”
    </Text>
  );
}
