import { Anchor, Card, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import classes from "./Home.module.css";
import { useIsDevelopment } from "./KeysBadge.tsx";
import { PLACES, type Place } from "./places.ts";

const TourOffer = lazy(() => import("./tour/TourOffer.tsx"));

const LEARNS: readonly (readonly [string, string])[] = [
  ["The clinic", "its own patients' data, which it has. Never which trials they join."],
  ["The sponsor", "that some attested patient meets the criteria, under a pseudonym."],
  ["The site", "who its own participants are, when they come."],
  ["The operator", "public data and network addresses. It cannot forge, link or read."],
];

/** The start page: what this is, and a way to each place. */
export default function Home() {
  const isDevelopment = useIsDevelopment();
  return (
    <Stack gap="xl" py="lg">
      <Stack gap="sm" maw={760}>
        <Title order={1} className={classes.promise!}>
          Research that learns nothing about the people it recruits
        </Title>
        <Text size="lg" c="dimmed">
          Patients prove on their own device that they fit a trial, consent under a pseudonym, and
          stay in charge. Sponsors get a cohort that is proven eligible. Anyone can check every
          step.
        </Text>
      </Stack>
      {isDevelopment && (
        <Suspense>
          <TourOffer />
        </Suspense>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
        {PLACES.map((place) => (
          <PlaceCard key={place.path} place={place} />
        ))}
      </SimpleGrid>
      <Stack gap="sm" maw={760}>
        <Title order={2} size="h4">
          Who learns what
        </Title>
        {LEARNS.map(([who, what]) => (
          <Text key={who}>
            <Text span fw={600}>
              {who}:
            </Text>{" "}
            {what}
          </Text>
        ))}
      </Stack>
    </Stack>
  );
}

function PlaceCard({ place: { path, name, who, does, icon: Icon } }: { place: Place }) {
  return (
    <Card className={classes.card!}>
      <Group gap="sm" mb="xs" wrap="nowrap">
        <ThemeIcon size={44} radius="md" variant="light" aria-hidden>
          <Icon size={24} />
        </ThemeIcon>
        <div>
          <Text size="xs" c="dimmed">
            {who}
          </Text>
          <Title order={2} size="h4">
            <Anchor href={`/${path}`} inherit c="bright" className={classes.link!}>
              {name}
            </Anchor>
          </Title>
        </div>
      </Group>
      <Text size="sm">{does}</Text>
    </Card>
  );
}
