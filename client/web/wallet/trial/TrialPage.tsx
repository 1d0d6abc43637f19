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
import { IconArrowLeft, IconDatabase, IconFileCheck, IconLock } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { TrialDocument } from "../../../trial/document.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { Collections } from "../../shared/Collections.tsx";
import { formatTime } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { useData, useLook, useRegistry, useStanding, useTrial } from "../data.tsx";
import { Sorry } from "../Sorry.tsx";
import { Acts } from "./Acts.tsx";
import { Fit } from "./Fit.tsx";
import { PrintedCode } from "./PrintedCode.tsx";
import { About, FormToRead } from "./Reading.tsx";
import { latestGrant, nextOf, STATE_WORDS, type Standing, stepsOf } from "./standing.ts";
import { History } from "./Timeline.tsx";
import { Waits } from "./WaitingConsent.tsx";
import { Withdraw } from "./Withdraw.tsx";

/** One study: what it is, how this person fits, what they did in it and can do. */
export function TrialPage({ protocolNumber }: { protocolNumber: string }) {
  const trial = useTrial(protocolNumber, true);
  const now = trial.data?.value;
  const registry = useRegistry();
  const look = useLook(protocolNumber, now);
  const standing = useStanding(protocolNumber, now);
  const reviewed = look.data?.reviewed.document.trial.title;
  const title =
    reviewed ?? standing.data?.title ?? t("Study {{number}}", { number: protocolNumber });
  return (
    <>
      <Anchor component={Link} href="/trials" size="sm">
        <IconArrowLeft size={14} aria-hidden /> {t("All studies")}
      </Anchor>
      <PageHead
        title={title}
        text={look.data && <Sponsor trial={look.data.reviewed.document.trial} />}
      />
      {trial.isError && <Sorry problem={trial.error} retry={() => void trial.refetch()} />}
      {trial.data?.isOld && (
        <Text size="sm" c="dimmed" mb="md">
          {t("As it was on {{time}}.", { time: formatTime(trial.data.at / 1000) })}
        </Text>
      )}
      {trial.isPending && <Loading what={t("the study")} h={240} />}
      {now && (
        <Stack gap="lg">
          {standing.data && <Mine standing={standing.data} />}
          {standing.data && <ToData standing={standing.data} now={now} />}
          {standing.isError && <Sorry problem={standing.error} />}
          {/* Without the register nothing is looked at. */}
          {registry.isError ? (
            <Sorry problem={registry.error} retry={() => void registry.refetch()} />
          ) : (
            look.isPending && <Loading what={t("what it would say about you")} h={240} />
          )}
          {look.isError && (
            <NoLook problem={look.error} protocolNumber={protocolNumber} now={now} />
          )}
          {look.data && <Study look={look.data} standing={standing.data} now={now} />}
          {look.isError && standing.data?.waiting && <Waits waiting={standing.data.waiting} />}
          {look.isError && standing.data && (
            <Joined standing={standing.data} now={now} trial={undefined} title={title} />
          )}
        </Stack>
      )}
    </>
  );
}

type Look = Parameters<typeof Acts>[0]["look"];

/**
 * Reading comes before answering: what it asks, whom to call and the form before any proof, and before the form is
 * signed. Whoever has answered sees first what is due.
 */
function Study(props: { look: Look; standing: Standing | undefined; now: TrialNow }) {
  const { look, standing, now } = props;
  const next = standing && nextOf(standing, now);
  const acts = standing && <Acts now={now} look={look} standing={standing} />;
  const { trial } = look.reviewed.document;
  const joined = standing && <Joined {...{ standing, now, trial }} title={trial.title} />;
  const reading = (
    <>
      <About trial={trial} />
      <Collected document={look.reviewed.document} />
    </>
  );
  const form = <FormToRead form={trial.consentForm} />;
  const fit = <Fit check={look.check} isOpen={next === "prove"} />;
  if (next === "prove") {
    return (
      <>
        {reading}
        {form}
        {fit}
        {acts}
        {joined}
      </>
    );
  }
  if (next === "consent") {
    return (
      <>
        {reading}
        {acts}
        {joined}
        {fit}
      </>
    );
  }
  return (
    <>
      {acts}
      {joined}
      {reading}
      {form}
      {fit}
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
        {t(STATE_WORDS[state])}
      </Badge>
      {onHold && (
        <Badge size="lg" color="orange">
          {t("On hold")}
        </Badge>
      )}
    </Group>
  );
}

/** To one's own data, once one has consented, also after the end: what was sent stays theirs to see. */
function ToData({ standing, now }: { standing: Standing; now: TrialNow }) {
  const { protocolNumber } = now.trial;
  const { currentVersion, versions } = now.state;
  const terms = versions.find(({ version }) => version === currentVersion)?.terms;
  const isIn = !["none", "screening"].includes(standing.status.state);
  if (!isIn || (terms?.custodians.length ?? 0) === 0) return null;
  return (
    <Card component="section" aria-labelledby="own-data">
      <Title order={2} size="h4" mb="xs" id="own-data">
        {t("Your data in this study")}
      </Title>
      <Text size="sm" mb="sm" maw={720}>
        {t("What is due, what was sent, who opened it; and how to correct, stop or erase it.")}
      </Text>
      <Button
        component={Link}
        href={`/trials/${encodeURIComponent(protocolNumber)}/data`}
        leftSection={<IconDatabase size={18} aria-hidden />}
      >
        {t("Your data")}
      </Button>
    </Card>
  );
}

function Collected({ document }: { document: TrialDocument }) {
  return (
    <Card component="section" aria-labelledby="collected">
      <Title order={2} size="h4" mb="xs" id="collected">
        {t("What the study collects once you have come to the site")}
      </Title>
      <Collections document={document} order={3} />
    </Card>
  );
}

function Joined(props: {
  standing: Standing;
  now: TrialNow;
  /** Undefined when its text cannot be shown: one can still leave. */
  trial: TrialText | undefined;
  title: string;
}) {
  const { standing, now, trial, title } = props;
  const { state } = standing.status;
  const { protocolNumber } = now.trial;
  const isIn = !["none", "screening", "withdrawn", "off-study", "ineligible"].includes(state);
  const hasCode = isIn || standing.waiting !== undefined;
  return (
    <>
      <History steps={stepsOf(standing)} trial={trial} />
      {latestGrant(standing) && <ToCopy protocolNumber={protocolNumber} />}
      {hasCode && <PrintedCode code={standing.withdrawalCode} {...{ protocolNumber, title }} />}
      {isIn && (
        <div className="no-print">
          <Withdraw protocolNumber={protocolNumber} />
        </div>
      )}
    </>
  );
}

function ToCopy({ protocolNumber }: { protocolNumber: string }) {
  return (
    <Anchor component={Link} href={`/trials/${encodeURIComponent(protocolNumber)}/consent`}>
      <IconFileCheck size={18} aria-hidden style={{ verticalAlign: "-3px" }} />{" "}
      {t("Your copy of the consent, to print or to save")}
    </Anchor>
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
          <IconLock size={20} aria-hidden /> {t("This study's text is sealed")}
        </Title>
        <Text>
          {t("Only those who were given its key can read it. Ask your clinic or the site.")}
        </Text>
        <PasswordInput
          label={t("Key of the study")}
          autoComplete="off"
          value={key}
          error={documentKeys.has(protocolNumber) ? t("This key does not open it") : undefined}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" disabled={key === ""}>
            {t("Open the text")}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
