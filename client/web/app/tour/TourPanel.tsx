import {
  ActionIcon,
  Anchor,
  Box,
  Button,
  Group,
  List,
  Paper,
  Portal,
  Progress,
  ScrollArea,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconCircleCheck, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useDevelopmentKeys } from "../../shared/account.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { PLACES, type Place } from "../places.ts";
import { keepTour, useTour } from "./memory.ts";
import { type Begun, useStanding } from "./standing.ts";
import { nextStep, STEPS, type Standing, type Step } from "./steps.ts";
import classes from "./Tour.module.css";

/** The next step of the tour, on whatever page is open; nothing while there is none. */
export default function TourPanel({ place }: { place?: Place }) {
  const begun = useTour();
  if (begun === undefined) return null;
  return <Panel begun={begun} {...(place && { place })} />;
}

function Panel({ begun, place }: { begun: Begun; place?: Place }) {
  const standing = useStanding(begun);
  // A phone has no room beside the page.
  const [isOpen, setOpen] = useState(() => matchMedia("(min-width: 62em)").matches);
  if (standing === undefined) return null;
  const next = nextStep(standing);
  const done = next === undefined ? STEPS.length : next.number - 1;
  const Chevron = isOpen ? IconChevronDown : IconChevronUp;
  return (
    <>
      {/* On a phone: what the panel covers can be scrolled out from under it. */}
      <Box className={isOpen ? classes.roomOpen! : classes.room!} aria-hidden />
      <Portal>
        <Paper
          component="aside"
          aria-label="Guided tour"
          withBorder
          shadow="lg"
          p="sm"
          className={`no-print ${classes.panel}`}
        >
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Title order={2} size="h5">
              {next === undefined
                ? "You have been through all roles"
                : `Step ${next.number} of ${STEPS.length}: ${next.step.title}`}
            </Title>
            <Group gap={4} wrap="nowrap">
              <ActionIcon
                variant="subtle"
                color="gray"
                c="var(--mantine-color-text)"
                aria-label={isOpen ? "Fold the tour away" : "Show the step"}
                aria-expanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              >
                <Chevron size={18} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                c="var(--mantine-color-text)"
                aria-label="End the tour"
                onClick={() => keepTour(undefined)}
              >
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </Group>
          </Group>
          <Progress value={(100 * done) / STEPS.length} aria-label="Steps done" my="xs" />
          {isOpen && (
            <ScrollArea.Autosize mah="min(60vh, 640px)" type="auto" viewportProps={{ tabIndex: 0 }}>
              {next === undefined ? (
                <Finished />
              ) : (
                <NextStep step={next.step} {...{ standing, begun }} {...(place && { place })} />
              )}
            </ScrollArea.Autosize>
          )}
        </Paper>
      </Portal>
    </>
  );
}

type NextProps = {
  readonly step: Step;
  readonly standing: Standing;
  readonly begun: Begun;
  readonly place?: Place;
};

function NextStep({ step, standing, begun, place }: NextProps) {
  const target = PLACES.find(({ path }) => path === step.place);
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {step.why}
      </Text>
      {target !== undefined &&
        (target.path === place?.path ? (
          <Text size="sm" fw={600}>
            You are in the right place.
          </Text>
        ) : (
          // A tab for each role: signing in lasts as long as its page.
          <Button component="a" href={`/${target.path}`} target={`cohort-${target.path}`}>
            Open the place: {target.name}
          </Button>
        ))}
      <List type="ordered" size="sm" spacing={4}>
        {step.press.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      {step === STEPS[0] && <AccreditButton standing={standing} />}
      {target?.path === "wallet" && !begun.hasCopiedCode && (
        <Button variant="default" onClick={() => keepTour({ ...begun, hasCopiedCode: true })}>
          I have copied it
        </Button>
      )}
    </Stack>
  );
}

function AccreditButton({ standing }: { standing: Standing }) {
  const { data: keys = {} } = useDevelopmentKeys();
  const queries = useQueryClient();
  const task = useTask();
  const accredit = () =>
    void task.run(async (say) => {
      say("Governance signs, one after another…");
      const { accreditAll } = await import("./accredit.ts");
      await accreditAll(keys, standing.roles);
      await queries.invalidateQueries({ queryKey: ["tour"] });
    });
  return (
    <>
      <Button disabled={keys.governance === undefined || task.isRunning} onClick={accredit}>
        Accredit them
      </Button>
      <TaskState task={task} />
    </>
  );
}

function Finished() {
  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap">
        <IconCircleCheck aria-hidden color="var(--mantine-color-green-text)" />
        <Text fw={600} role="status">
          A participant is on study.
        </Text>
      </Group>
      <Text size="sm">
        Check all of it in the{" "}
        <Anchor href="/auditor/history" inherit underline="always">
          auditor's window
        </Anchor>
        : every proof and every signature, from public data alone. Then withdraw in the wallet, and
        see what the sponsor sees.
      </Text>
      <Button variant="default" onClick={() => keepTour(undefined)}>
        End the tour
      </Button>
    </Stack>
  );
}
