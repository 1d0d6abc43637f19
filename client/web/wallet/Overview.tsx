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
import { formatDay } from "../../../circuits/statement/day.ts";
import { KEY_PACKED_BYTES } from "../prover/keyFiles.ts";
import { formatBytes, formatCount, formatDate } from "../shared/format.ts";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { type TrialNow, useAllTrials, useLook, useStanding } from "./data.tsx";
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
      <PageHead title="My wallet" text="Everything here is on this device only, encrypted." />
      <Stack gap="lg">
        {!device.hasRecovery && <NoRecovery />}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <Part title="My record">
            {wallet.records.length === 0 ? (
              <>
                <Text>There is no record in your wallet yet.</Text>
                <Steps />
              </>
            ) : (
              wallet.records.map((one) => (
                <Text key={one.record.header.issuer} className="breakable">
                  {sourceOf(one)}: {formatCount(one.record.facts.length)} entries, issued on{" "}
                  {formatDate(formatDay(one.record.header.issuedDay))}
                </Text>
              ))
            )}
            <Group mt="md" gap="xs">
              {wallet.records.length === 0 ? (
                <Button component={Link} href="/code">
                  My code for the clinic
                </Button>
              ) : (
                <Button component={Link} href="/record">
                  Look at my record
                </Button>
              )}
              <Button component={Link} href="/record/import" variant="default">
                Take in a record
              </Button>
              {wallet.records.length > 0 && (
                <Button component={Link} href="/code" variant="default">
                  My code for the clinic
                </Button>
              )}
            </Group>
          </Part>
          <Part title="My studies">
            <Joined />
          </Part>
          <Part title="Tools for proofs">
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
        Show your clinic the code of this wallet.
      </Text>
      <Text component="li" size="sm">
        Take in the file that it gives you.
      </Text>
      <Text component="li" size="sm">
        See which studies fit you.
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
            Save a recovery file. If this device or browser is lost, it is the only way to get your
            wallet back.
          </Text>
        </Group>
        <Button component={Link} href="/settings" variant="default">
          Save a recovery file
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
  if (list.isPending) return <Loading what="the studies" h={60} />;
  return (
    <>
      {list.isError && <Sorry problem={list.error} retry={() => void list.refetch()} />}
      {mine.length === 0 && <Text>You have not joined a study.</Text>}
      <Stack gap="xs">
        {mine.map((one) => (
          <Mine key={one.protocolNumber} {...one} />
        ))}
      </Stack>
      <Group mt="md">
        <Button component={Link} href="/trials" variant={mine.length === 0 ? "filled" : "default"}>
          See all studies
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
      {standing && <Badge color="teal">{STATE_WORDS[standing.status.state]}</Badge>}
      {standing?.status.onHold && <Badge color="orange">On hold</Badge>}
      {standing?.waiting && <Badge color="harbour">Consent waits</Badge>}
    </Group>
  );
}

function KeysState() {
  const { received, total, isReady, problem, retry } = useKeys();
  if (problem !== undefined) return <Sorry problem={problem} retry={retry} />;
  if (isReady) {
    return (
      <Text role="status">
        <IconCheck size={18} aria-hidden style={{ verticalAlign: "-3px" }} /> Ready on this device,{" "}
        {formatBytes(total)}, and checked.
      </Text>
    );
  }
  return (
    <>
      <Text mb="xs">
        Being fetched for everybody, whether a study fits or not: about{" "}
        {formatBytes(KEY_PACKED_BYTES)} to download, once.
      </Text>
      <Progress value={(100 * received) / Math.max(1, total)} aria-label="Tools for proofs" />
      <Text size="sm" c="dimmed" mt={4} className="numbers">
        {formatBytes(received)} of {formatBytes(total)} unpacked
      </Text>
    </>
  );
}
