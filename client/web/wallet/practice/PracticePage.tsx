import { Alert, Anchor, Button, Card, Group, List, Stack, Text, Title } from "@mantine/core";
import { IconArrowRight, IconSchool } from "@tabler/icons-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { ProverWorker } from "../../prover/worker.ts";
import { Loading } from "../../shared/Loading.tsx";
import { msg, t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { readChart } from "../record/facts.ts";
import { LastingList } from "../record/Lists.tsx";
import { Sorry } from "../Sorry.tsx";
import { useAnswers } from "../trial/answers.ts";
import { ConsentSheet } from "../trial/ConsentForm.tsx";
import { Criteria } from "../trial/Criteria.tsx";
import { About, FormToRead } from "../trial/Reading.tsx";
import { Reveals } from "../trial/Reveals.tsx";

type Made = Awaited<ReturnType<typeof askForPractice>>;
const askForPractice = (worker: ProverWorker) => worker.run("practice.make", undefined);

const STEPS = [
  msg("The record"),
  msg("The study"),
  msg("Does it fit?"),
  msg("The consent form"),
  msg("What happens then"),
];

/** The way from a record to a consent, with nobody's data. It needs no wallet, and keeps and sends nothing. */
export default function PracticePage() {
  const { made, problem } = useMade();
  const [step, setStep] = useState(0);
  useEffect(() => {
    // Each step begins at its top.
    if (step > 0) document.getElementById("step")?.focus();
  }, [step]);
  return (
    <>
      <PageHead title={t("Practise with a made-up record")} />
      <Alert color="orange" icon={<IconSchool aria-hidden />} title={t("Practice")} mb="lg">
        {t(
          "This person and this study do not exist. Nothing is saved, and nothing leaves this device.",
        )}
      </Alert>
      {problem !== undefined && <Sorry problem={problem} />}
      {made === undefined && problem === undefined && (
        <Loading what={t("a made-up record")} h={240} />
      )}
      {made && (
        <Stack gap="lg">
          <Title order={2} size="h3" id="step" tabIndex={-1}>
            {t("Step {{step}} of {{of}}: {{name}}", {
              step: step + 1,
              of: STEPS.length,
              name: t(STEPS[step]!),
            })}
          </Title>
          <Step made={made} step={step} next={() => setStep(step + 1)} />
          <Group>
            {step > 0 && step < STEPS.length - 1 && (
              <Button variant="default" onClick={() => setStep(step - 1)}>
                {t("Back one step")}
              </Button>
            )}
            <Anchor component={Link} href="/">
              {t("End practice")}
            </Anchor>
          </Group>
        </Stack>
      )}
    </>
  );
}

function useMade() {
  const [made, setMade] = useState<Made>();
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    const worker = new ProverWorker();
    let isCurrent = true;
    askForPractice(worker)
      .then((now) => isCurrent && setMade(now))
      .catch((caught: unknown) => isCurrent && setProblem(caught))
      .finally(() => worker.stop());
    return () => {
      isCurrent = false;
      worker.stop();
    };
  }, []);
  return { made, problem };
}

function Step({ made, step, next }: { made: Made; step: number; next: () => void }) {
  if (step === 0) return <TheRecord made={made} next={next} />;
  if (step === 1) return <TheStudy made={made} next={next} />;
  if (step === 2) return <TheFit made={made} next={next} />;
  if (step === 3) return <TheForm made={made} next={next} />;
  return <ThenWhat />;
}

type StepProps = { readonly made: Made; readonly next: () => void };

function Next({ onNext, children }: { onNext: () => void; children: ReactNode }) {
  return (
    <Group>
      <Button onClick={onNext} rightSection={<IconArrowRight size={18} aria-hidden />}>
        {children}
      </Button>
    </Group>
  );
}

function TheRecord({ made, next }: StepProps) {
  const chart = useMemo(() => readChart(made.record.record.facts), [made]);
  return (
    <>
      <Text maw={720}>
        {t(
          "Your clinic attests what it knows about you, and gives you the record as a file. The wallet keeps it. This one has {{facts}} entries of {{clinic}}; among them:",
          { facts: made.record.record.facts.length, clinic: made.record.clinicName },
        )}
      </Text>
      <Card component="section" aria-label={t("Conditions")}>
        <LastingList items={chart.conditions} now="Active" past="Past" />
      </Card>
      <Next onNext={next}>{t("Look at a study")}</Next>
    </>
  );
}

function TheStudy({ made, next }: StepProps) {
  const { trial } = made.reviewed.document;
  return (
    <>
      <Text maw={720}>
        {t(
          "{{title}}. Read what it asks of you and its consent form, before you answer anything.",
          { title: trial.title },
        )}
      </Text>
      <About trial={trial} />
      <FormToRead form={trial.consentForm} />
      <Next onNext={next}>{t("See whether it fits")}</Next>
    </>
  );
}

function TheFit({ made, next }: StepProps) {
  const { check, reviewed } = made;
  return (
    <>
      <Text maw={720}>
        {t(
          "The wallet compares the criteria with the record, on this device. Nobody learns the result.",
        )}
      </Text>
      <Card component="section" aria-label={t("The criteria")}>
        <Criteria check={check.records[0]!} />
      </Card>
      <Card component="section" aria-labelledby="would-reveal">
        <Title order={3} size="h4" mb="sm" id="would-reveal">
          {t("What a yes would reveal")}
        </Title>
        <Reveals check={check} sponsor={reviewed.document.trial.sponsor} />
        <Text size="sm" mb="sm">
          {t(
            "In earnest, the wallet would now prove it: that takes about a minute, and the proof is sent. In practice nothing is proven or sent.",
          )}
        </Text>
        <Next onNext={next}>{t("Yes, in practice")}</Next>
      </Card>
    </>
  );
}

function TheForm({ made, next }: StepProps) {
  const answers = useAnswers({ ...made, digest: "practice", before: undefined });
  return (
    <ConsentSheet
      reviewed={made.reviewed}
      answers={answers}
      isBusy={false}
      signLabel={t("Sign, in practice")}
      onSign={next}
    />
  );
}

function ThenWhat() {
  return (
    <Card component="section" aria-label={t("What happens then")}>
      <Stack>
        <Text fw={600} role="status">
          {t("That was practice: nothing was signed or sent.")}
        </Text>
        <List spacing="xs">
          <List.Item>
            {t(
              "Your consent waits on your device until others could have sent the same, so that nobody can tell by the time that it is yours.",
            )}
          </List.Item>
          <List.Item>
            {t(
              "You print a withdrawal code. With it you can leave at any time, without your wallet.",
            )}
          </List.Item>
          <List.Item>
            {t("The sponsor enrolls you under a number that nobody can link to you.")}
          </List.Item>
          <List.Item>
            {t("You go to the site with your identity document. Only the site learns who you are.")}
          </List.Item>
        </List>
        <Group>
          <Button component={Link} href="/">
            {t("To the wallet")}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
