import { Anchor, Button, Card, Group, Progress, Stack, Text } from "@mantine/core";
import { IconClipboardPlus, IconPencil } from "@tabler/icons-react";
import { Link } from "wouter";
import type { TrialSummary } from "../../api/trial.ts";
import { useActor } from "../shared/account.tsx";
import { Empty } from "../shared/Empty.tsx";
import { useDeployment, useTrials } from "../shared/exchange.tsx";
import { formatCount, formatCounted } from "../shared/format.ts";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";
import { StatusBadge } from "../shared/trialStatus.tsx";
import { titleOf } from "./document.ts";
import { useDrafting } from "./draft/draft.tsx";
import { useOpinions, useRecruitment } from "./useRecruiting.ts";
import { boardWords, sameAddress } from "./words.ts";

/** The sponsor's own trials: where each stands, and how far it has come. */
export default function TrialList() {
  const actor = useActor();
  const { draft } = useDrafting();
  const { data, error, refetch } = useTrials();
  const own = data?.filter(({ sponsor }) => sameAddress(sponsor, actor.address));
  return (
    <>
      <PageHead
        title="Your trials"
        text="Write a protocol, publish it for review, enroll those who consented, and follow how it recruits."
        actions={
          <Button
            component={Link}
            href="/new"
            leftSection={<IconClipboardPlus size={18} aria-hidden />}
          >
            New trial
          </Button>
        }
      />
      {draft !== undefined && (
        <Card mb="md">
          <Group justify="space-between">
            <Text>You have a draft that is not published.</Text>
            <Button
              component={Link}
              href="/edit"
              variant="default"
              leftSection={<IconPencil size={18} aria-hidden />}
            >
              Continue writing
            </Button>
          </Group>
        </Card>
      )}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {own === undefined && !error && <Loading what="your trials" h={160} />}
      {own?.length === 0 && (
        <Empty icon={IconClipboardPlus} title="No trial yet">
          <Text c="dimmed">
            Start from an example or from scratch. You see what each criterion means, and whether it
            compiles, while you write.
          </Text>
          <Button component={Link} href="/new">
            Write the first trial
          </Button>
        </Empty>
      )}
      <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: "none" }}>
        {own?.map((trial) => (
          <li key={trial.trialId}>
            <TrialCard trial={trial} />
          </li>
        ))}
      </Stack>
    </>
  );
}

function TrialCard({ trial: { protocolNumber, status, currentVersion } }: { trial: TrialSummary }) {
  const { data, error, refetch } = useRecruitment(protocolNumber);
  const { data: opinions = [] } = useOpinions(protocolNumber);
  const { data: deployment } = useDeployment();
  const version = data?.versions.find((one) => one.version === currentVersion);
  const target = version?.terms.capacity;
  const taken = data?.funnel.placesTaken ?? 0;
  const text = `${formatCount(taken)} of ${formatCounted(target ?? 0, "place")} taken`;
  return (
    <Card>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0} style={{ flex: "1 1 320px" }}>
          <Group gap="xs">
            <Anchor
              component={Link}
              href={`/trial/${encodeURIComponent(protocolNumber)}`}
              fw={600}
              size="lg"
            >
              {protocolNumber}
            </Anchor>
            <StatusBadge status={status} />
          </Group>
          <Text className="breakable">{data && titleOf(data)}</Text>
          <Text size="sm" c="dimmed">
            {currentVersion === 0 ? "No version in force" : `Version ${currentVersion} in force`}
            {data &&
              deployment &&
              ` · ${boardWords(data, { chainTime: deployment.chainTime, opinions })}`}
          </Text>
        </Stack>
        <Stack gap={4} w={260}>
          {target !== undefined && (
            <>
              <Text size="sm" className="numbers">
                {text}
              </Text>
              <Progress value={(100 * taken) / target} aria-label={text} />
            </>
          )}
          {data === undefined && !error && <Loading what="the numbers" h={24} />}
        </Stack>
      </Group>
      {error && <Problem problem={error} retry={() => void refetch()} />}
    </Card>
  );
}
