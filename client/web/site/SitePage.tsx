import { Anchor, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconReplace, IconUserCheck } from "@tabler/icons-react";
import { Link } from "wouter";
import { formatCount, formatTime, shorten } from "../shared/format.ts";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";
import { useActs } from "./acts.tsx";
import { MemoryCard } from "./MemoryCard.tsx";
import { Roster } from "./Roster.tsx";
import { Standing } from "./Standing.tsx";
import { type SiteData, type SitePlace, useSite } from "./useSite.ts";
import { sitePath } from "./words.ts";

/** One site of one trial: who is expected, who is on study, and what was signed here. */
export default function SitePage(place: SitePlace) {
  const { data, error, refetch } = useSite(place);
  return (
    <>
      <Anchor component={Link} href="/" size="sm">
        <IconArrowLeft size={14} aria-hidden /> Your sites
      </Anchor>
      <PageHead
        title={data?.title ?? place.protocolNumber}
        text={`${place.protocolNumber}, ${data?.siteName ?? `site ${place.siteId}`}`}
        {...(data?.isOwn && { actions: <Visits place={place} /> })}
      />
      {error !== null && <Problem problem={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the site" h={320} />}
      {data !== undefined && <Overview data={data} place={place} />}
    </>
  );
}

function Visits({ place }: { place: SitePlace }) {
  return (
    <>
      <Button
        component={Link}
        href={`${sitePath(place)}/arrival`}
        leftSection={<IconUserCheck size={18} aria-hidden />}
      >
        Somebody arrives
      </Button>
      <Button
        component={Link}
        href={`${sitePath(place)}/new-wallet`}
        variant="default"
        leftSection={<IconReplace size={18} aria-hidden />}
      >
        Lost wallet
      </Button>
    </>
  );
}

function Overview({ data, place }: { data: SiteData; place: SitePlace }) {
  const { roster, isOwn } = data;
  const count = (state: string) => roster.participants.filter((p) => p.state === state).length;
  const figures = [
    ["Expected", formatCount(count("pending-on-study"))],
    ["On study", formatCount(count("on-study"))],
    ["Places taken", `${formatCount(roster.taken)} of ${formatCount(roster.capacity)}`],
    ["Consented, not enrolled", formatCount(count("eligible"))],
  ] as const;
  return (
    <Stack gap="xl">
      <Standing data={data} />
      <SimpleGrid component="dl" cols={{ base: 2, md: 4 }} m={0}>
        {figures.map(([name, figure]) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} size="xl" fw={600} className="numbers">
              {figure}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Roster data={data} place={place} />
      {isOwn && <MemoryCard data={data} place={place} />}
      <Signed data={data} place={place} />
    </Stack>
  );
}

function Signed({ data, place }: { data: SiteData; place: SitePlace }) {
  const { trialId } = data.downloads.trial;
  const acts = useActs().acts.filter(
    (act) => act.trialId === trialId && act.siteId === place.siteId,
  );
  if (acts.length === 0) return null;
  return (
    <section aria-labelledby="signed">
      <Title order={2} size="h4" id="signed" mb="sm">
        Signed since you opened this page
      </Title>
      <Stack component="ul" gap={6} m={0} pl="md">
        {acts.map(({ at, what, pseudonym }) => (
          <li key={`${what} ${pseudonym}`}>
            <Group gap="xs">
              <Text size="sm" c="dimmed">
                {formatTime(at)}
              </Text>
              <Text size="sm">{what}</Text>
              <Text size="sm" ff="monospace">
                {shorten(pseudonym)}
              </Text>
            </Group>
          </li>
        ))}
      </Stack>
    </section>
  );
}
