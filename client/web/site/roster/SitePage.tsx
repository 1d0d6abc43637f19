import { Anchor, Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconClipboardList, IconReplace, IconUserCheck } from "@tabler/icons-react";
import { Link } from "wouter";
import { formatCount, formatTime, shorten } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { useActs } from "../data/acts.tsx";
import { Standing } from "../data/Standing.tsx";
import { type SiteData, type SitePlace, useSite } from "../data/useSite.ts";
import { dataTitle, sitePath } from "../data/words.ts";
import { MemoryCard } from "./MemoryCard.tsx";
import { Roster } from "./Roster.tsx";
import { VisitsDue } from "./VisitsDue.tsx";

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
        {...(data && { actions: <Actions data={data} place={place} /> })}
      />
      {error !== null && <Problem problem={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the site" h={320} />}
      {data !== undefined && <Overview data={data} place={place} />}
    </>
  );
}

/** Everybody may see what is due; people at the desk are for the site's own account and staff with that task. */
function Actions({ data, place }: { data: SiteData; place: SitePlace }) {
  return (
    <>
      {data.isDesk && <Visits data={data} place={place} />}
      {(data.hasData || data.isOwn || data.isStaff) && (
        <Button
          component={Link}
          href={`${sitePath(place)}/data`}
          variant={data.isStaff && !data.isDesk ? "filled" : "default"}
          leftSection={<IconClipboardList size={18} aria-hidden />}
        >
          {dataTitle(data)}
        </Button>
      )}
    </>
  );
}

function Visits({ data, place }: { data: SiteData; place: SitePlace }) {
  return (
    <>
      <Button
        component={Link}
        href={`${sitePath(place)}/arrival`}
        leftSection={<IconUserCheck size={18} aria-hidden />}
      >
        Somebody arrives
      </Button>
      {data.isOwn && (
        <Button
          component={Link}
          href={`${sitePath(place)}/new-wallet`}
          variant="default"
          leftSection={<IconReplace size={18} aria-hidden />}
        >
          Lost wallet
        </Button>
      )}
    </>
  );
}

function Overview({ data, place }: { data: SiteData; place: SitePlace }) {
  const { roster, isDesk } = data;
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
      {data.hasData && <VisitsDue place={place} />}
      <Roster data={data} place={place} />
      {isDesk && <MemoryCard data={data} place={place} />}
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
