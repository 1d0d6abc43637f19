import { Anchor, Badge, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { useTrialData } from "../../auditor/exchange/trialData.ts";
import { formatCounted, formatDate } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Problem } from "../../shared/Problem.tsx";
import type { SitePlace } from "../data/useSite.ts";
import { type Visit, visitName, visitsIn } from "../data/visits.ts";
import { sitePath } from "../data/words.ts";

/** So many are named here; the page of visits has all. */
const MOST = 5;

/** What the site has to do next: visits that are open or due, and how many were missed. */
export function VisitsDue({ place }: { place: SitePlace }) {
  const { data, error, refetch } = useTrialData(place.protocolNumber);
  const visits = useMemo(() => (data ? visitsIn(data, place.siteId) : []), [data, place.siteId]);
  const due = visits.filter((one) => one.due.state === "due" || one.due.state === "open");
  const missed = visits.filter((one) => one.due.state === "missed").length;
  return (
    <section aria-labelledby="visits-due">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="visits-due">
          Visits due
        </Title>
        {missed > 0 && <Badge color="red">{formatCounted(missed, "visit")} missed</Badge>}
      </Group>
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data === undefined && !error && <Loading what="the visits" h={80} />}
      {data && (
        <Stack gap="sm">
          {due.length === 0 ? (
            <Text>No visit is due now.</Text>
          ) : (
            <VisitTable visits={due.slice(0, MOST)} href={`${sitePath(place)}/data`} />
          )}
          <Anchor component={Link} href={`${sitePath(place)}/data`} size="sm">
            See all visits
          </Anchor>
        </Stack>
      )}
    </section>
  );
}

function VisitTable({ visits, href }: { visits: readonly Visit[]; href: string }) {
  return (
    <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Visits due">
        <Table.Thead>
          <Table.Tr>
            {["Participant", "Visit", "Day"].map((head) => (
              <Table.Th key={head} scope="col">
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {visits.map(({ pseudonym, due }) => (
            <Table.Tr key={visitName({ pseudonym, due })}>
              <Table.Td>
                <Hash value={pseudonym} label="the pseudonym" />
              </Table.Td>
              <Table.Td>
                <Anchor
                  size="sm"
                  renderRoot={(rest) => (
                    <Link {...rest} href={href} state={visitName({ pseudonym, due })} />
                  )}
                >
                  {due.occasionTitle}
                </Anchor>
              </Table.Td>
              <Table.Td>{formatDate(formatDay(due.day))}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
