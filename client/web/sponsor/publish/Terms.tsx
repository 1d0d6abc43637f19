// The terms of a version in words: what everybody will see.
import { Card, List, Stack, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { formIn, languagesOf } from "../../../../circuits/statement/trial/formLanguages.ts";
import type { TrialFile } from "../../../../circuits/statement/trial/trialFile.ts";
import { placesWords } from "../../../trial/sites.ts";
import { Collections } from "../../shared/Collections.tsx";
import { Facts } from "../../shared/Facts.tsx";
import { formatCount, formatLanguage } from "../../shared/format.ts";
import { Information } from "../../shared/Information.tsx";
import { checkDraft } from "../draft/check.ts";
import type { Publishing } from "../draft/publishing.ts";
import { CircuitSize, CriteriaWords, RecordDemands } from "../editor/Meaning.tsx";
import { useBoards } from "../useAccounts.ts";
import { PERMISSION_WORDS, sameAddress } from "../words.ts";

type Props = {
  readonly trial: TrialFile;
  readonly publishing: Publishing;
  readonly isAmendment: boolean;
};

export function Terms({ trial, publishing, isAmendment }: Props) {
  const check = useMemo(() => checkDraft(trial), [trial]);
  const boards = useBoards();
  const { consentForm, sites, requires } = trial;
  const board = boards.find(({ value }) => sameAddress(value, publishing.board));
  const { custodians } = publishing;
  const chosen = custodians.members.length === 0 ? undefined : custodians;
  const asked = [requires.reconsent && "a new consent", requires.rescreening && "a new screening"];
  return (
    <Stack>
      <Card component="section" aria-label="Terms">
        <Facts
          facts={[
            ["Protocol", trial.protocolNumber],
            ["Title", trial.title],
            ["Sponsor", trial.sponsor],
            ["Phase", trial.phase],
            ["Sites check", trial.identityDocument],
            ["Ethics board", board?.label ?? (publishing.board || "not chosen")],
            ["Places", formatCount(trial.capacity)],
            ["Days to arrive", formatCount(trial.arrivalDeadlineDays)],
            ...(isAmendment
              ? ([
                  [
                    "Asks those already taking part for",
                    asked.filter(Boolean).join(" and ") || "nothing",
                  ],
                ] as const)
              : []),
            ...sites.map(
              ({ id, name, capacity }) =>
                [
                  `Site ${id}`,
                  <>
                    {name}: {placesWords(capacity)}; signs with{" "}
                    <Text span ff="monospace" size="xs">
                      {publishing.signers[id] || "no address yet"}
                    </Text>
                  </>,
                ] as const,
            ),
          ]}
        />
      </Card>
      <Card component="section" aria-label="For patients">
        <Information trial={trial} withAnswers />
      </Card>
      <Card component="section" aria-label="Criteria">
        <Stack>
          <CriteriaWords check={check} />
          <CircuitSize check={check} />
          <RecordDemands check={check} />
        </Stack>
      </Card>
      <Card component="section" aria-label="What is collected">
        <Stack gap="xs">
          <Title order={2} size="h5">
            What is collected after arrival
          </Title>
          <Collections document={{ trial, custodians: chosen }} order={3} />
        </Stack>
      </Card>
      <Card component="section" aria-label="Consent form">
        {languagesOf(consentForm).map((language) => (
          <ConsentText key={language} form={formIn(consentForm, language)} />
        ))}
      </Card>
    </Stack>
  );
}

function ConsentText({ form }: { form: TrialFile["consentForm"] }) {
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        {form.title} (version {formatCount(form.version)}
        {form.language !== undefined &&
          form.language !== "en" &&
          `, ${formatLanguage(form.language)}`}
        )
      </Title>
      <Text size="sm" style={{ whiteSpace: "pre-wrap" }} className="breakable">
        {form.text}
      </Text>
      <List size="sm">
        {form.permissions.map(({ id, label, required }) => (
          <List.Item key={id}>
            {PERMISSION_WORDS[id].name}: “{label}” ({required ? "required" : "optional"})
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
