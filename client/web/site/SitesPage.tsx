import { Anchor, Badge, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconBuildingHospital } from "@tabler/icons-react";
import { Link } from "wouter";
import { Empty } from "../shared/Empty.tsx";
import { formatCount } from "../shared/format.ts";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";
import { useOwnSites } from "./data/useSite.ts";
import { sitePath, TRIAL_STATUS_WORDS } from "./data/words.ts";

/** The trials and sites that the signed-in key signs for, or works for. */
export default function SitesPage() {
  const { data: sites, error, refetch } = useOwnSites();
  return (
    <>
      <PageHead
        title="Your sites"
        text="The trials whose arrivals this account signs, or for which it works by delegation. Choose where the person in front of you takes part."
      />
      <Text size="sm" mb="md">
        <Anchor component={Link} href="/emergency" inherit underline="always">
          Emergency access
        </Anchor>{" "}
        is for accredited emergency clinicians, who sign in with an account of their own.
      </Text>
      {error !== null && <Problem problem={error} retry={() => void refetch()} />}
      {sites === undefined && error === null && <Loading what="your sites" h={180} />}
      {sites?.length === 0 && (
        <Empty icon={IconBuildingHospital} title="No site signs with this account">
          A trial names the key of each of its sites, and its ethics board approves it. Ask the
          sponsor which key it named for yours; as staff, ask whoever signs to put your account into
          the delegation log.
        </Empty>
      )}
      {sites !== undefined && sites.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
          {sites.map((site) => (
            <SiteCard key={`${site.protocolNumber} ${site.siteId}`} site={site} />
          ))}
        </SimpleGrid>
      )}
    </>
  );
}

type OwnSite = NonNullable<ReturnType<typeof useOwnSites>["data"]>[number];

function SiteCard({ site }: { site: OwnSite }) {
  return (
    <Card>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed">
            {site.protocolNumber}
          </Text>
          <Badge color={site.status === "active" && !site.isDropped ? "green" : "gray"}>
            {site.isDropped ? "No longer a site" : TRIAL_STATUS_WORDS[site.status]}
          </Badge>
        </Group>
        <Title order={2} size="h4" className="breakable">
          <Anchor component={Link} href={sitePath(site)} inherit>
            {site.title}
          </Anchor>
        </Title>
        <Text className="breakable">{site.siteName}</Text>
        <Text size="sm" c="dimmed">
          {formatCount(site.expected)} expected, {formatCount(site.onStudy)} on study
          {site.isStaff && ". You work here by delegation."}
        </Text>
      </Stack>
    </Card>
  );
}
