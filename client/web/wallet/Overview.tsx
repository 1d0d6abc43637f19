import {
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  Progress,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconCheck, IconLifebuoy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { formatDay } from "../../../circuits/statement/encoding/day.ts";
import type { TrialNow } from "../prover/ground.ts";
import { KEY_PACKED_BYTES } from "../prover/keyFiles.ts";
import { formatBytes, formatDate } from "../shared/format.ts";
import { Loading } from "../shared/Loading.tsx";
import { t } from "../shared/language.ts";
import { PageHead } from "../shared/PageHead.tsx";
import { useAllTrials, useLook, useStanding } from "./data.tsx";
import { EmergencyNotices } from "./EmergencyNotices.tsx";
import { NextSteps } from "./NextSteps.tsx";
import { sourceOf } from "./record/RecordPage.tsx";
import { Sorry } from "./Sorry.tsx";
import { STATE_WORDS } from "./trial/standing.ts";
import { useKeys } from "./useKeys.tsx";
import { useSession, useWallet } from "./vault/session.tsx";

/** What there is in the wallet, and what to do next. */
export function Overview() {
  const { wallet } = useWallet();
  const { device } = useSession();
  return (
    <>
      <PageHead
        title={t("My wallet")}
        text={t("Everything here is on this device only, encrypted.")}
      />
      <Stack gap="lg">
        <EmergencyNotices />
        <NextSteps />
        {!device.hasRecovery && <NoRecovery />}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Part title={t("My record")}>
            {wallet.records.length === 0 ? (
              <>
                <Text>{t("There is no record in your wallet yet.")}</Text>
                <Steps />
                <Anchor component={Link} href="/practice" size="sm">
                  {t("Practise with a made-up record first")}
                </Anchor>
              </>
            ) : (
              wallet.records.map((one) => (
                <Text key={one.record.header.issuer} className="breakable">
                  {t("{{source}}: {{count}} entries, issued on {{day}}", {
                    source: sourceOf(one),
                    count: one.record.facts.length,
                    day: formatDate(formatDay(one.record.header.issuedDay)),
                  })}
                </Text>
              ))
            )}
            <Group mt="md" gap="xs">
              {wallet.records.length === 0 ? (
                <Button component={Link} href="/code">
                  {t("My code for the clinic")}
                </Button>
              ) : (
                <Button component={Link} href="/record">
                  {t("View my record")}
                </Button>
              )}
              <Button component={Link} href="/record/import" variant="default">
                {t("Add a record")}
              </Button>
              {wallet.records.length > 0 && (
                <Button component={Link} href="/code" variant="default">
                  {t("My code for the clinic")}
                </Button>
              )}
            </Group>
          </Part>
          <Part title={t("My studies")}>
            <Joined />
          </Part>
          <Part title={t("Tools for proofs")}>
            <KeysState />
          </Part>
        </SimpleGrid>
      </Stack>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </Card>
  );
}

function Steps() {
  return (
    <ol style={{ paddingInlineStart: "1.2rem", margin: "0.5rem 0 0" }}>
      <Text component="li" size="sm">
        {t("Show your clinic the code of this wallet.")}
      </Text>
      <Text component="li" size="sm">
        {t("Add the file that it gives you.")}
      </Text>
      <Text component="li" size="sm">
        {t("See which studies fit you.")}
      </Text>
    </ol>
  );
}

function NoRecovery() {
  return (
    <Card bd="1px solid var(--mantine-color-orange-outline)">
      <Group justify="space-between">
        <Group gap="sm" wrap="nowrap" align="flex-start" flex={1} miw={260}>
          <IconLifebuoy aria-hidden style={{ flexShrink: 0 }} />
          <Text>
            {t(
              "Save a recovery file. If this device or browser is lost, it brings your whole wallet back.",
            )}
          </Text>
        </Group>
        <Button component={Link} href="/settings" variant="default">
          {t("Save a recovery file")}
        </Button>
      </Group>
    </Card>
  );
}

function Joined() {
  const { wallet } = useWallet();
  const { list, trials, states } = useAllTrials();
  const all = trials.map(({ protocolNumber }, i) => ({
    protocolNumber,
    now: states[i]?.data?.value,
  }));
  const mine = all.filter(({ protocolNumber }) =>
    wallet.participations.some((one) => one.protocolNumber === protocolNumber),
  );
  if (list.isPending) return <Loading what={t("the studies")} h={60} />;
  return (
    <>
      {list.isError && <Sorry problem={list.error} retry={() => void list.refetch()} />}
      {mine.length === 0 && <Text>{t("You have not joined a study.")}</Text>}
      <Stack gap="xs">
        {mine.map((one) => (
          <Mine key={one.protocolNumber} {...one} />
        ))}
      </Stack>
      <Group mt="md">
        <Button component={Link} href="/trials" variant={mine.length === 0 ? "filled" : "default"}>
          {t("See all studies")}
        </Button>
      </Group>
    </>
  );
}

function Mine({ protocolNumber, now }: { protocolNumber: string; now: TrialNow | undefined }) {
  const standing = useStanding(protocolNumber, now).data;
  const trial = useLook(protocolNumber, now).data?.reviewed.document.trial;
  return (
    <Group justify="space-between" gap="xs">
      <Anchor
        component={Link}
        href={`/trials/${encodeURIComponent(protocolNumber)}`}
        className="breakable"
        flex="1 1 200px"
      >
        {trial?.title ?? protocolNumber}
      </Anchor>
      {standing && <Badge color="teal">{t(STATE_WORDS[standing.status.state])}</Badge>}
      {standing?.status.onHold && <Badge color="orange">{t("On hold")}</Badge>}
      {standing?.waiting && <Badge color="harbour">{t("Consent waiting")}</Badge>}
    </Group>
  );
}

function KeysState() {
  const { received, total, isReady, problem, retry } = useKeys();
  if (problem !== undefined) return <Sorry problem={problem} retry={retry} />;
  if (isReady) {
    return (
      <Text role="status">
        <IconCheck size={18} aria-hidden style={{ verticalAlign: "-3px" }} />{" "}
        {t("Ready on this device, {{size}}, and checked.", { size: formatBytes(total) })}
      </Text>
    );
  }
  return (
    <>
      <Text mb="xs">
        {t(
          "Downloading, as for everyone, whether or not a study fits: about {{size}} to download, once.",
          { size: formatBytes(KEY_PACKED_BYTES) },
        )}
      </Text>
      <Progress value={(100 * received) / Math.max(1, total)} aria-label={t("Tools for proofs")} />
      <Text size="sm" c="dimmed" mt={4} className="numbers">
        {t("{{received}} of {{total}} unpacked", {
          ...{ received: formatBytes(received), total: formatBytes(total) },
        })}
      </Text>
    </>
  );
}
