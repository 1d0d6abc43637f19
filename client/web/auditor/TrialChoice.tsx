import { Anchor, Card, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { Link } from "wouter";
import { Empty } from "../shared/Empty.tsx";
import { useTrials } from "../shared/exchange.tsx";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";
import { StatusBadge } from "../shared/trialStatus.tsx";
import classes from "./Auditor.module.css";

/** Every trial, with the way to its timeline. */
export function TrialChoice() {
  const { data, error, isPending, refetch } = useTrials();
  return (
    <>
      <PageHead
        title="Timelines"
        text="Everything the contracts logged about a trial, from registration to the last withdrawal. The page asks for the whole trial: who you look for stays with you."
      />
      {isPending && <Loading what="the trials" h={120} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon={IconInbox} title="No trial yet">
          Trials appear here as soon as a sponsor registers one.
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {data?.map(({ trialId, protocolNumber, status, currentVersion }) => (
          <Card key={trialId} className={classes.card!}>
            <Title order={2} size="h5" mb={4}>
              <Anchor
                component={Link}
                href={`/trial/${encodeURIComponent(protocolNumber)}`}
                inherit
                c="bright"
                className={classes.cover!}
              >
                {protocolNumber}
              </Anchor>
            </Title>
            <Group gap="xs">
              <StatusBadge status={status} />
              <Text size="sm" c="dimmed">
                {currentVersion === 0 ? "not approved" : `version ${currentVersion}`}
              </Text>
            </Group>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
