import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { partName } from "../../../circuits/statement/criteria/partWords.ts";
import { dayOfTimestamp } from "../../../circuits/statement/encoding/day.ts";
import { formIn, languagesOf } from "../../../circuits/statement/trial/formLanguages.ts";
import { representationFacts } from "../../../circuits/statement/trial/representation.ts";
import { PERMISSIONS } from "../../../circuits/statement/trial/trial.ts";
import type { ConsentForm as Form } from "../../../circuits/statement/trial/trialFile.ts";
import type { Review } from "../../board/approve.ts";
import { placesWords } from "../../trial/sites.ts";
import { Collections } from "../shared/Collections.tsx";
import { type Fact, Facts } from "../shared/Facts.tsx";
import { formatCount, formatCounted, formatLanguage } from "../shared/format.ts";
import { Hash } from "../shared/Hash.tsx";
import { Information } from "../shared/Information.tsx";
import { phaseWords } from "../sponsor/words.ts";
import classes from "./Board.module.css";
import { CriteriaList } from "./Criteria.tsx";
import { Dropped } from "./Dropped.tsx";
import { RecordFacts } from "./RecordFacts.tsx";
import { Reveals } from "./Reveals.tsx";

/** Everything that an approval covers, recomputed from the text. `now`: the chain's time. */
export function VersionText({ review, now }: { review: Review; now: number }) {
  const { trial } = review.document;
  return (
    <Stack gap="xl">
      <Part title="About the trial">
        <Text className={classes.form!}>{trial.summary}</Text>
        <Facts
          facts={[
            ["Sponsor", trial.sponsor],
            ["Phase", phaseWords(trial.phase)],
            ["Sites check", `${trial.identityDocument}, and no other document`],
            ...(trial.sources ?? []).map((source, i): Fact => [`Source ${i + 1}`, source]),
          ]}
        />
      </Part>
      <Part title="Criteria">
        <CriteriaList compiled={review.compiled} />
      </Part>
      <Part title="What a yes reveals">
        <Reveals compiled={review.compiled} today={dayOfTimestamp(now)} />
      </Part>
      <Part title="Which records may answer">
        <RecordFacts programs={review.compiled.programs} />
      </Part>
      <Part title="What it asks of people">
        <Information trial={trial} withAnswers />
      </Part>
      <Part title="Consent form">
        <ConsentForm review={review} />
      </Part>
      <Part title="What is collected">
        <Collections document={review.document} order={3} />
      </Part>
      <Part title="Places and sites">
        <Places review={review} />
      </Part>
      <Part title="Fingerprint">
        <Fingerprint review={review} />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}

/** In each of its languages: a patient reads one of them, and it is that one which the board lets them sign. */
function ConsentForm({ review }: { review: Review }) {
  const { consentForm } = review.document.trial;
  const languages = languagesOf(consentForm);
  return languages.map((language) => (
    <FormOf
      key={language}
      consentForm={formIn(consentForm, language)}
      {...(languages.length > 1 && { language })}
    />
  ));
}

function FormOf(props: { consentForm: Form; language?: string }) {
  const { consentForm, language } = props;
  return (
    <Card padding="lg" mb="sm" {...(language !== undefined && { lang: language, dir: "auto" })}>
      <Title order={3} size="h5" className="breakable">
        {consentForm.title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Version {consentForm.version} of the form
        {language !== undefined && `, ${formatLanguage(language)}`}
      </Text>
      <Text className={`${classes.form} breakable`}>{consentForm.text}</Text>
      <Facts facts={representationFacts(consentForm.representation)} />
      <Title order={4} size="h6" mt="lg" mb="xs">
        Permissions asked for, each on its own
      </Title>
      <Stack gap="xs">
        {consentForm.permissions.map(({ id, label, required }) => (
          <Group key={id} gap="xs" wrap="nowrap" align="flex-start">
            <Badge color={required ? "blue" : "gray"} miw={84}>
              {required ? "Required" : "Optional"}
            </Badge>
            <Text size="sm" className="breakable">
              {label}{" "}
              <Text span c="dimmed" size="xs" ff="monospace" title={`bit ${PERMISSIONS[id]}`}>
                {id}
              </Text>
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function Places({ review }: { review: Review }) {
  const { trial } = review.document;
  const signers = new Map(review.version.terms.sites.map((site) => [site.siteId, site.signer]));
  const asks = [
    trial.requires.reconsent && "a new consent",
    trial.requires.rescreening && "a new screening and a new consent",
  ].filter((one) => one !== false);
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          ["Places in all", formatCount(trial.capacity)],
          ...trial.sites.map(
            ({ id, name, capacity }): Fact => [
              `Site ${id}: ${name}`,
              <Group key={id} gap="xs">
                {placesWords(capacity)}; signs with
                <Hash value={signers.get(id) ?? ""} label={`the key of site ${id}`} />
              </Group>,
            ],
          ),
          ["Time to arrive", `${formatCounted(trial.arrivalDeadlineDays, "day")} from enrollment`],
          ["Asks of those already taking part", asks.length === 0 ? "nothing" : asks.join(", ")],
          ["Public text", review.version.terms.isSealed ? "no: sealed, only its hash" : "yes"],
        ]}
      />
      <Dropped sites={review.dropped} />
    </Stack>
  );
}

const ofPart = (index: number, count: number) =>
  count === 1 ? "" : `, ${partName(index, count).toLowerCase()}`;

function hashFacts(name: string, hashes: readonly bigint[]): Fact[] {
  return hashes.map((hash, i) => {
    const label = `${name}${ofPart(i, hashes.length)}`;
    return [label, <Hash key={label} value={hash} label={`the hash of: ${label}`} />];
  });
}

function Fingerprint({ review }: { review: Review }) {
  const { terms } = review.version;
  return (
    <Stack gap="xs">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <IconFingerprint size={20} aria-hidden />
        <Text size="sm">
          Computed on this page from the text above; it agrees with the chain. Your approval is of
          this digest and nothing else.
        </Text>
      </Group>
      <Facts
        facts={[
          ["Digest", <Hash key="d" value={review.digest} label="the digest" isWhole />],
          ...hashFacts("Criteria", terms.criteriaHashes),
          ...hashFacts("Criteria of a lost wallet's successor", terms.successorHashes),
          ["Consent form", <Hash key="f" value={terms.consentFormHash} label="the form's hash" />],
          ["Document", <Hash key="t" value={terms.documentHash} label="the document's hash" />],
          ...review.compiled.programs.map(
            ({ leaves, gates }, i): Fact => [
              `Circuit${ofPart(i, review.compiled.programs.length)}`,
              `${review.compiled.circuit}: ${formatCounted(leaves.length, "leaf", "leaves")}, ${formatCounted(gates.length, "gate")}`,
            ],
          ),
        ]}
      />
    </Stack>
  );
}
