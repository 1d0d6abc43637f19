import { Button, Card, Group, List, Loader, Progress, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconPlayerStop } from "@tabler/icons-react";
import { formatBytes } from "../../shared/format.ts";
import { Sorry } from "../Sorry.tsx";
import { type Proof, STAGES, type Stage } from "./useProof.ts";

const WORDS: Readonly<Record<Stage, string>> = {
  download: "Getting the study as it is now",
  keys: "Getting the tools for the proof",
  witness: "Preparing, on this device",
  proof: "Making the proof, on this device: up to a minute",
  save: "Saving your wallet",
  send: "Sending",
  confirm: "Waiting for the confirmation",
};

/** Where a proof is, with a way to stop it; or what went wrong. */
export function ProofState({ proof, title }: { proof: Proof; title: string }) {
  const { stage, keys, part, problem, canStop, stop } = proof;
  if (stage === undefined) return problem === undefined ? null : <Sorry problem={problem} />;
  const at = STAGES.indexOf(stage);
  return (
    <Card my="md" aria-busy="true">
      <Group justify="space-between" mb="sm">
        <Title order={3} size="h5">
          {title}
        </Title>
        <Button
          variant="default"
          size="sm"
          disabled={!canStop}
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={stop}
        >
          Stop
        </Button>
      </Group>
      <List spacing="xs" center listStyleType="none">
        {STAGES.map((one, i) => (
          <List.Item key={one} icon={<Mark isDone={i < at} isNow={i === at} />}>
            <Text {...(i > at && { c: "dimmed" })} fw={i === at ? 600 : 400}>
              {WORDS[one]}
              {one === "keys" && i === at && keys && ` (${keyWords(keys)})`}
              {one === "proof" && part && ` (part ${part.part + 1} of ${part.of})`}
            </Text>
          </List.Item>
        ))}
      </List>
      {keys && (
        <Progress
          mt="sm"
          value={(100 * keys.received) / Math.max(1, keys.total)}
          aria-label="Tools for the proof"
        />
      )}
      <Text size="sm" c="dimmed" mt="sm" aria-live="polite">
        {WORDS[stage]}…{" "}
        {canStop
          ? "Nothing has been sent yet; you can stop."
          : "This can no longer be stopped. You may leave the page."}
      </Text>
    </Card>
  );
}

function keyWords({ received, total }: { received: number; total: number }): string {
  return `${formatBytes(received)} of ${formatBytes(total)}`;
}

function Mark({ isDone, isNow }: { isDone: boolean; isNow: boolean }) {
  if (isNow) return <Loader size={20} aria-hidden />;
  const Icon = isDone ? IconCheck : IconCircleDashed;
  return (
    <ThemeIcon size={20} radius="xl" variant="light" color={isDone ? "teal" : "gray"} aria-hidden>
      <Icon size={14} />
    </ThemeIcon>
  );
}
