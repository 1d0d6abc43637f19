import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconFilterOff, IconTimeline } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { AuditEvent } from "../../../api/event.ts";
import { Empty } from "../../shared/Empty.tsx";
import { useApi } from "../../shared/exchange.tsx";
import { Facts } from "../../shared/Facts.tsx";
import { formatCount, formatCounted, formatDate, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { useFragment } from "../../shared/useFragment.ts";
import { EventDetails } from "./EventDetails.tsx";
import { EventRow } from "./EventRow.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { type Filters, filterEvents, groupByDay, NO_FILTERS } from "./filters.ts";

const PAGE = 200;

/** Everything that happened in a trial, day by day. */
export default function TimelinePage({ protocolNumber }: { protocolNumber: string }) {
  const api = useApi();
  const transaction = useFragment();
  const here = `/trial/${encodeURIComponent(protocolNumber)}`;
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["events", protocolNumber],
    queryFn: async () => {
      await api.trial(protocolNumber);
      return await api.trialEvents(protocolNumber);
    },
  });
  return (
    <>
      <Anchor component={Link} href="/" size="sm">
        <Group gap={4} mb="xs" display="inline-flex">
          <IconArrowLeft size={16} aria-hidden /> All trials
        </Group>
      </Anchor>
      <PageHead
        title={`Timeline of ${protocolNumber}`}
        text="As this server tells it. Verify any proof against a node of your own, or audit the whole history."
      />
      {isPending && <Loading what="the events" h={320} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data &&
        (transaction === "" ? (
          <Timeline events={data} here={here} />
        ) : (
          <OneTransaction {...{ transaction, here }} events={data} />
        ))}
    </>
  );
}

type Props = { readonly events: readonly AuditEvent[]; readonly here: string };

/** What one transaction did in the trial. */
function OneTransaction({ events, here, transaction }: Props & { transaction: string }) {
  const own = events.filter((event) => event.transactionHash === transaction);
  const [first] = own;
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          ["Transaction", <Hash key="t" value={transaction} label="the transaction" isWhole />],
          ["Block", first ? formatCount(first.blockNumber) : "not in this trial"],
          ["When", first ? formatTime(first.blockTime) : "not in this trial"],
        ]}
      />
      <Group>
        <Button component={Link} href={here} variant="default">
          All events of the trial
        </Button>
      </Group>
      <EventList events={own} here={here} />
    </Stack>
  );
}

function Timeline({ events, here }: Props) {
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const [shown, setShown] = useState(PAGE);
  const found = filterEvents(events, filters);
  const change = (next: Filters) => {
    setFilters(next);
    setShown(PAGE);
  };
  return (
    <Stack gap="lg">
      <FilterBar events={events} filters={filters} onChange={change} />
      <Group justify="space-between">
        <Text size="sm" aria-live="polite">
          {formatCount(found.length)} of {formatCounted(events.length, "event")}
        </Text>
        {filters !== NO_FILTERS && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconFilterOff size={16} aria-hidden />}
            onClick={() => change(NO_FILTERS)}
          >
            Show all
          </Button>
        )}
      </Group>
      {found.length === 0 && (
        <Empty icon={IconTimeline} title="No such event">
          Nothing that happened in this trial fits the filters.
        </Empty>
      )}
      <EventList
        events={found.slice(0, shown)}
        here={here}
        onFollow={(participant) => change({ ...NO_FILTERS, participant })}
      />
      {found.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + PAGE)}>
          Show {formatCount(Math.min(PAGE, found.length - shown))} more
        </Button>
      )}
    </Stack>
  );
}

type ListProps = Props & { readonly onFollow?: (participant: string) => void };

/** Events by day, each with its details. */
function EventList({ events, here, onFollow }: ListProps) {
  const [opened, setOpened] = useState<AuditEvent>();
  return (
    <>
      {groupByDay(events).map(([day, ofDay]) => (
        <section key={day} aria-label={formatDate(day)}>
          <Title order={2} size="h5" mb={4}>
            {formatDate(day)}
          </Title>
          {ofDay.map((event) => (
            <EventRow
              key={event.id}
              event={event}
              here={here}
              onOpen={() => setOpened(event)}
              onFollow={onFollow}
            />
          ))}
        </section>
      ))}
      <EventDetails event={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
