import { Button, Card, Group, List, Loader, Progress, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconPlayerStop } from "@tabler/icons-react";
import { formatBytes } from "../../shared/format.ts";
import { msg, t } from "../../shared/language.ts";
import { Sorry } from "../Sorry.tsx";
import { type Proof, STAGES, type Stage } from "./useProof.ts";

const WORDS: Readonly<Record<Stage, string>> = {
  download: msg("Getting the current state of the study"),
  keys: msg("Getting the tools for the proof"),
  witness: msg("Preparing, on this device"),
  proof: msg("Making the proof, on this device: up to a minute"),
  save: msg("Saving your wallet"),
  send: msg("Sending"),
  confirm: msg("Waiting for the confirmation"),
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
          {t("Stop")}
        </Button>
      </Group>
      <List spacing="xs" center listStyleType="none">
        {STAGES.map((one, i) => (
          <List.Item key={one} icon={<Mark isDone={i < at} isNow={i === at} />}>
            <Text {...(i > at && { c: "dimmed" })} fw={i === at ? 600 : 400}>
              {t(WORDS[one])}
              {one === "keys" && i === at && keys && ` (${keyWords(keys)})`}
              {one === "proof" &&
                part &&
                ` (${t("part {{part}} of {{of}}", { part: part.part + 1, of: part.of })})`}
            </Text>
          </List.Item>
        ))}
      </List>
      {keys && (
        <Progress
          mt="sm"
          value={(100 * keys.received) / Math.max(1, keys.total)}
          aria-label={t("Tools for the proof")}
        />
      )}
      <Text size="sm" c="dimmed" mt="sm" aria-live="polite">
        {t(WORDS[stage])}…{" "}
        {canStop
          ? t("Nothing has been sent yet; you can stop.")
          : t("This can no longer be stopped. You may leave the page.")}
      </Text>
    </Card>
  );
}

function keyWords({ received, total }: { received: number; total: number }): string {
  return t("{{received}} of {{total}}", {
    received: formatBytes(received),
    total: formatBytes(total),
  });
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
