import {
  Anchor,
  Badge,
  Card,
  Group,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconClipboardList, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { TrialStatus } from "../../../../circuits/statement/trial/trial.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { Empty } from "../../shared/Empty.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { msg, t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { useAllTrials, useLook, useStanding } from "../data.tsx";
import { Sorry } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";
import { wordsFor } from "../words.ts";
import { STATE_WORDS } from "./standing.ts";
import classes from "./Trials.module.css";

const STATUS_WORDS: Readonly<Record<TrialStatus, string>> = {
  none: msg("Unknown"),
  "in-review": msg("Not open yet"),
  active: msg("Open"),
  "temporarily-closed-to-accrual": msg("Paused"),
  "closed-to-accrual": msg("Takes no more participants"),
  completed: msg("Completed"),
};

/** All studies, each compared with the record on this device. */
export function TrialsPage() {
  const { list, trials, states } = useAllTrials();
  const [words, setWords] = useState("");
  return (
    <>
      <PageHead
        title={t("Studies")}
        text={t(
          "Your device downloads all of them and compares them with your record itself. Nobody learns which fit you.",
        )}
      />
      {list.isError && <Sorry problem={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Loading what={t("the studies")} h={160} />}
      {list.isSuccess && trials.length === 0 && (
        <Empty icon={IconClipboardList} title={t("No studies yet")}>
          {t("When a sponsor publishes a study here, you find it on this page.")}
        </Empty>
      )}
      {trials.length > 3 && (
        <TextInput
          label={t("Search studies")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          mb="md"
          maw={480}
        />
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {trials.map(({ protocolNumber }, i) => (
          <TrialCard
            key={protocolNumber}
            protocolNumber={protocolNumber}
            now={states[i]?.data?.value}
            problem={states[i]?.error ?? undefined}
            words={words}
          />
        ))}
      </SimpleGrid>
    </>
  );
}

function TrialCard(props: {
  protocolNumber: string;
  now: TrialNow | undefined;
  problem: unknown;
  words: string;
}) {
  const { protocolNumber, now, problem, words } = props;
  const { wallet } = useWallet();
  const look = useLook(protocolNumber, now);
  const standing = useStanding(protocolNumber, now).data;
  const trial = look.data?.reviewed.document.trial;
  const text = `${protocolNumber} ${trial?.title} ${trial?.sponsor} ${trial?.summary}`;
  if (!text.toLowerCase().includes(words.trim().toLowerCase())) return null;
  const fits = look.data && wallet.records.length > 0 && look.data.check.plan !== undefined;
  const joined = standing && standing.status.state !== "none" ? standing.status : undefined;
  const failed = look.error ?? problem;
  return (
    <Card className={classes.card!} component="article">
      <Stack gap="xs">
        <Title order={2} size="h5">
          <Anchor
            component={Link}
            href={`/trials/${encodeURIComponent(protocolNumber)}`}
            inherit
            c="bright"
            className={`${classes.link} breakable`}
          >
            {trial?.title ?? standing?.title ?? t("Study {{number}}", { number: protocolNumber })}
          </Anchor>
        </Title>
        <Text size="sm" c="dimmed" className="breakable">
          {[protocolNumber, trial?.sponsor].filter(Boolean).join(" · ")}
        </Text>
        {now === undefined && failed === undefined && (
          <Loading what={t("whether it fits")} h={20} w="60%" />
        )}
        {failed != null && <Text size="sm">{wordsFor(failed).title}</Text>}
        <Group gap="xs">
          {now && (
            <Badge color="gray">
              {now.state.held ? t("Held") : t(STATUS_WORDS[now.state.status])}
            </Badge>
          )}
          {joined && <Badge color="harbour">{t(STATE_WORDS[joined.state])}</Badge>}
          {joined?.onHold && <Badge color="orange">{t("On hold")}</Badge>}
          {standing?.waiting && <Badge color="harbour">{t("Consent waiting")}</Badge>}
          {!joined && look.data && wallet.records.length > 0 && (
            <Badge color={fits ? "teal" : "gray"}>
              {fits ? t("Fits you") : t("Does not fit today")}
            </Badge>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
