import { Button, Card, Checkbox, Group, Radio, Select, Stack, Text } from "@mantine/core";
import { IconWritingSign } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { GivenBy } from "../../../../circuits/statement/trial/consent.ts";
import { type Grant, submitConsent } from "../../../patient/consent.ts";
import type { ReviewedTrial } from "../../../trial/review.ts";
import { useApi } from "../../shared/exchange.tsx";
import { t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { YesNo } from "../../shared/YesNo.tsx";
import { useData } from "../data.tsx";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";
import {
  type Answers,
  type FormOf,
  questionsOf,
  statementsOf,
  useAnswers,
  YEARS,
} from "./answers.ts";
import { FormText } from "./FormText.tsx";
import { ForSomebody } from "./ForSomebody.tsx";
import { GIVER_WORDS, giversOf } from "./giver.ts";
import { ProofState } from "./ProofState.tsx";
import { Questions } from "./Questions.tsx";
import type { Granted } from "./standing.ts";
import { useProof } from "./useProof.ts";

type Props = {
  readonly reviewed: ReviewedTrial;
  /** What was agreed to before, to start from. */
  readonly before: Granted | undefined;
  readonly onDone: () => void;
};

/** The form's text, each permission by itself, the site, how long; then the proof. */
export function ConsentForm({ reviewed, before, onDone }: Props) {
  const answers = useAnswers({ reviewed, digest: reviewed.version.digest, before });
  const { consent, queueing, proof } = useConsent(reviewed, () => {
    void answers.forget();
    onDone();
  });
  return (
    <ConsentSheet
      reviewed={reviewed}
      answers={answers}
      isBusy={proof.stage !== undefined || queueing.isRunning}
      signLabel={
        before === undefined ? t("I have read this, and I consent") : t("Consent to this instead")
      }
      onSign={() => void consent(answers.grant())}
    >
      <Doing task={queueing} />
      <ProofState proof={proof} title={t("Your consent")} />
    </ConsentSheet>
  );
}

/** The form to be filled in. What signing it does is up to whoever shows it. */
export function ConsentSheet(
  props: PartProps & {
    isBusy: boolean;
    signLabel: string;
    onSign: () => void;
    children?: ReactNode;
  },
) {
  const { reviewed, answers, isBusy, signLabel, onSign, children } = props;
  return (
    <Card component="section" aria-labelledby="form">
      <Stack>
        <FormText
          form={reviewed.document.trial.consentForm}
          id="form"
          language={answers.language}
          onLanguage={answers.setLanguage}
        />
        {answers.isResumed && (
          <Text size="sm" role="status">
            {t("You go on where you left off.")}
          </Text>
        )}
        <Questions
          questions={questionsOf(reviewed)}
          chosen={answers.chosen}
          onChange={answers.setChosen}
        />
        <WhatIAllow reviewed={reviewed} answers={answers} />
        <SiteChoice reviewed={reviewed} answers={answers} />
        <HowLongAndWho reviewed={reviewed} answers={answers} />
        <ForSomebody reviewed={reviewed} answers={answers} />
        <Text size="xs" c="dimmed" role="status">
          {answers.isKept ? t("Kept on this device, encrypted.") : ""}
        </Text>
        {children}
        <Group>
          <Button
            disabled={!answers.isComplete || isBusy}
            leftSection={<IconWritingSign size={18} aria-hidden />}
            onClick={onSign}
          >
            {signLabel}
          </Button>
          {!answers.isComplete && (
            <Text size="sm" c="dimmed">
              {t("Tick what is needed, answer each question, and choose a site.")}
            </Text>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

/** Keeps the consent until others could have sent the same, or proves and sends it at once. */
function useConsent(reviewed: ReviewedTrial, onDone: () => void) {
  const api = useApi();
  const { wallet, revision, vault } = useWallet();
  const { documentKeys } = useData();
  const proof = useProof();
  const queueing = useTask();
  const consent = async (grant: Grant) => {
    const { protocolNumber } = reviewed.trial;
    const documentKey = documentKeys.get(protocolNumber);
    let mayWait = false;
    const isQueued = await queueing.run(async (say) => {
      say(t("Getting the current state of the study…"));
      const of = { wallet, protocolNumber, documentKey, grant };
      const queued = await vault.checker.run("trial.queue", of);
      mayWait = queued.entry !== undefined;
      say(t("Saving your consent, encrypted…"));
      if (mayWait) await vault.save(queued.wallet, revision);
    });
    if (!isQueued) return;
    if (mayWait) return onDone();
    const isDone = await proof.run({
      prove: ({ prover, wallet: newest, report }) =>
        prover.run("trial.consent", { wallet: newest, protocolNumber, documentKey, grant }, report),
      send: (input) => submitConsent(api, input),
    });
    if (isDone) onDone();
  };
  return { consent, queueing, proof };
}

type PartProps = { readonly reviewed: FormOf; readonly answers: Answers };

function WhatIAllow({ reviewed, answers }: PartProps) {
  const statements = statementsOf(reviewed);
  return (
    <>
      <Ticks
        title={t("What I allow")}
        hint={t(
          "Each is a separate choice. Those marked “needed” are needed to take part; the others are up to you.",
        )}
        ticked={answers.given}
        onChange={answers.setGiven}
        items={answers.form.permissions.map(({ id, label, required }) => ({
          id,
          label,
          note: required ? t("needed to take part") : t("your choice"),
        }))}
      />
      {statements.length > 0 && (
        <Stack gap="sm" role="group" aria-label={t("What I state")}>
          {statements.map(({ id, text, negated }) => (
            <YesNo
              key={id}
              text={text}
              needs={!negated}
              value={answers.stated.get(id)}
              onChange={(value) => answers.setStated(new Map(answers.stated).set(id, value))}
              otherwise={t(
                "With this answer you cannot take part in this study. Nobody learns of it.",
              )}
            />
          ))}
        </Stack>
      )}
    </>
  );
}

function SiteChoice({ reviewed, answers: { siteId, setSite } }: PartProps) {
  return (
    <Radio.Group
      label={t("Site")}
      description={t(
        "Where you will go for the study. Only this site learns who you are, when you come.",
      )}
      value={siteId === undefined ? "" : String(siteId)}
      onChange={(value) => setSite(Number(value))}
    >
      <Stack gap="xs" mt="xs">
        {reviewed.document.trial.sites.map(({ id, name }) => (
          <Radio key={id} value={String(id)} label={name} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function HowLongAndWho({ reviewed, answers }: PartProps) {
  const givers = giversOf(reviewed);
  return (
    <Group grow align="flex-end" preventGrowOverflow={false}>
      <Select
        label={t("How long it lasts")}
        description={t("You can end it at any time.")}
        data={YEARS.map((value) => ({
          value,
          label: t("{{count}} years", { count: Number(value) }),
        }))}
        value={answers.years}
        allowDeselect={false}
        onChange={(value) => value && answers.setYears(value as (typeof YEARS)[number])}
      />
      {givers.length > 1 && (
        <Select
          label={t("Who consents")}
          data={givers.map((value) => ({ value, label: t(GIVER_WORDS[value]) }))}
          value={answers.givenBy}
          allowDeselect={false}
          onChange={(value) => value && answers.setGivenBy(value as GivenBy)}
        />
      )}
    </Group>
  );
}

type Tick = { readonly id: string; readonly label: string; readonly note: string };

function Ticks(props: {
  title: string;
  hint?: string;
  items: readonly Tick[];
  ticked: ReadonlySet<string>;
  onChange: (ticked: ReadonlySet<string>) => void;
}) {
  const { title, hint, items, ticked, onChange } = props;
  return (
    <Checkbox.Group
      label={title}
      {...(hint !== undefined && { description: hint })}
      value={[...ticked]}
      onChange={(values) => onChange(new Set(values))}
    >
      <Stack gap="sm" mt="xs">
        {items.map(({ id, label, note }) => (
          <Checkbox key={id} value={id} label={label} description={note} className="breakable" />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
