import { Anchor, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useDevelopmentKeys } from "../../shared/account.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { keepTour, useTour } from "./memory.ts";
import { beginTour } from "./standing.ts";

/** Offers the tour where one can play every role: on an embedded exchange, with its development keys. */
export default function TourOffer() {
  const { data: keys = {} } = useDevelopmentKeys();
  const begun = useTour();
  const task = useTask();
  if (keys.governance === undefined) return null;
  if (begun !== undefined) return <ForDevelopers />;
  return (
    <Card component="section" aria-labelledby="tour-offer">
      <Group justify="space-between" gap="md">
        <Stack gap={4} maw={620}>
          <Title order={2} size="h4" id="tour-offer">
            New here?
          </Title>
          <Text size="sm">
            Play every role yourself, with made-up people and this exchange's development keys: from
            an empty exchange to a participant on study in about ten minutes. A small panel says
            what comes next.
          </Text>
        </Stack>
        <Button
          leftSection={<IconRoute size={18} aria-hidden />}
          disabled={task.isRunning}
          onClick={() => void task.run(async () => keepTour(await beginTour()))}
        >
          Take the tour
        </Button>
      </Group>
      <TaskState task={task} />
      <ForDevelopers />
    </Card>
  );
}

function ForDevelopers() {
  return (
    <Text size="sm" mt="sm">
      For developers: ask this exchange in{" "}
      <Anchor href="/graphiql" inherit underline="always">
        GraphiQL
      </Anchor>
      , signed in as whom you like.
    </Text>
  );
}
