import {
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  PasswordInput,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconArrowLeft, IconLock } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { TrialDocument } from "../../../trial-file.ts";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { type TrialNow, useData, useLook, useStanding, useTrial } from "../data.tsx";
import { Sorry } from "../Sorry.tsx";
import { Acts } from "./Acts.tsx";
import { Fit } from "./Fit.tsx";
import { PrintedCode } from "./PrintedCode.tsx";
import { nextOf, STATE_WORDS, type Standing, stepsOf } from "./standing.ts";
import { History } from "./Timeline.tsx";
import { Waits } from "./WaitingConsent.tsx";
import { Withdraw } from "./Withdraw.tsx";

/** One study: what it is, how this person fits, what they did in it and can do. */
export function TrialPage({ protocolNumber }: { protocolNumber: string }) {
  const trial = useTrial(protocolNumber, true);
  const now = trial.data?.value;
  const look = useLook(protocolNumber, now);
  const standing = useStanding(protocolNumber, now);
  const title = look.data?.reviewed.document.trial.title ?? `Study ${protocolNumber}`;
  return (
    <>
      <Anchor component={Link} href="/trials" size="sm">
        <IconArrowLeft size={14} aria-hidden /> All studies
      </Anchor>
      <PageHead
        title={title}
        text={look.data && <Sponsor trial={look.data.reviewed.document.trial} />}
      />
      {trial.isError && <Sorry problem={trial.error} retry={() => void trial.refetch()} />}
      {trial.data?.isOld && (
        <Text size="sm" c="dimmed" mb="md">
          As it was on {formatTime(trial.data.at / 1000)}.
        </Text>
      )}
      {trial.isPending && <Loading what="the study" h={240} />}
      {now && (
        <Stack gap="lg">
          {standing.data && <Mine standing={standing.data} />}
          {look.isPending && <Loading what="what it would say of you" h={240} />}
          {look.isError && (
            <NoLook problem={look.error} protocolNumber={protocolNumber} now={now} />
          )}
          {look.data && <Study look={look.data} standing={standing.data} now={now} />}
          {look.isError && standing.data?.waiting && <Waits waiting={standing.data.waiting} />}
          {look.isError && standing.data && (
            <Joined standing={standing.data} now={now} trial={undefined} />
          )}
        </Stack>
      )}
    </>
  );
}

type Look = Parameters<typeof Acts>[0]["look"];

/** Who has not answered yet reads first and answers last; who has sees first what is due. */
function Study(props: { look: Look; standing: Standing | undefined; now: TrialNow }) {
  const { look, standing, now } = props;
  const isOpen = standing !== undefined && nextOf(standing, now) === "prove";
  const acts = standing && <Acts now={now} look={look} standing={standing} />;
  const { trial } = look.reviewed.document;
  const joined = standing && <Joined standing={standing} now={now} trial={trial} />;
  return (
    <>
      {!isOpen && acts}
      {!isOpen && joined}
      <About trial={trial} />
      <Fit check={look.check} isOpen={isOpen} />
      {isOpen && acts}
    </>
  );
}

type TrialText = TrialDocument["trial"];

function Sponsor({ trial }: { trial: TrialText }) {
  return (
    <>
      {trial.protocolNumber} · {trial.sponsor} · {trial.sites.map(({ name }) => name).join(", ")}
    </>
  );
}

function Mine({ standing }: { standing: Standing }) {
  const { state, onHold } = standing.status;
  if (state === "none") return null;
  return (
    <Group gap="xs" role="status">
      <Badge size="lg" color={state === "withdrawn" ? "gray" : "teal"}>
        {STATE_WORDS[state]}
      </Badge>
      {onHold && (
        <Badge size="lg" color="orange">
          On hold
        </Badge>
      )}
    </Group>
  );
}

function About({ trial }: { trial: TrialText }) {
  return (
    <Card component="section" aria-labelledby="about">
      <Title order={2} size="h4" mb="xs" id="about">
        About the study
      </Title>
      <Text className="breakable" maw={720} style={{ whiteSpace: "pre-wrap" }}>
        {trial.summary}
      </Text>
      <Text mt="sm" size="sm">
        Places: {formatCount(trial.capacity)}. Once enrolled, you have{" "}
        {formatCount(trial.arrivalDeadlineDays)} days to come to the site.
      </Text>
      <Text size="sm" className="breakable">
        The site will ask for your {trial.identityDocument}.
      </Text>
      <Text size="sm">
        Sites:{" "}
        {trial.sites.map(({ name, capacity }) => `${name} (${formatCount(capacity)})`).join(", ")}
      </Text>
    </Card>
  );
}

function Joined(props: {
  standing: Standing;
  now: TrialNow;
  /** Undefined when its text cannot be shown: one can still leave. */
  trial: TrialText | undefined;
}) {
  const { standing, now, trial } = props;
  const { state } = standing.status;
  const { protocolNumber } = now.trial;
  const title = trial?.title ?? `Study ${protocolNumber}`;
  const isIn = !["none", "screening", "withdrawn", "off-study", "ineligible"].includes(state);
  const hasCode = isIn || standing.waiting !== undefined;
  return (
    <>
      <History steps={stepsOf(standing, now)} trial={trial} />
      {hasCode && <PrintedCode code={standing.withdrawalCode} {...{ protocolNumber, title }} />}
      {isIn && (
        <div className="no-print">
          <Withdraw protocolNumber={protocolNumber} />
        </div>
      )}
    </>
  );
}

/** A trial whose text cannot be shown: sealed, or refused. */
function NoLook(props: { problem: unknown; protocolNumber: string; now: TrialNow }) {
  const { problem, protocolNumber, now } = props;
  const { addDocumentKey, documentKeys } = useData();
  const [key, setKey] = useState("");
  const { currentVersion, versions } = now.state;
  const terms = versions.find(({ version }) => version === currentVersion)?.terms;
  const isKey = problem instanceof Refusal && problem.code === "WrongPassphrase";
  if (terms?.isSealed !== true || !isKey) return <Sorry problem={problem} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    addDocumentKey(protocolNumber, key);
  };
  return (
    <Card component="form" onSubmit={submit} maw={560}>
      <Stack>
        <Title order={2} size="h4">
          <IconLock size={20} aria-hidden /> This study's text is sealed
        </Title>
        <Text>Only who was given its key can read it. Ask your clinic or the site.</Text>
        <PasswordInput
          label="Key of the study"
          autoComplete="off"
          value={key}
          error={documentKeys.has(protocolNumber) ? "This key does not open it" : undefined}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" disabled={key === ""}>
            Open the text
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
