import { Card, List, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { closestLanguage, formIn } from "../../../../circuits/statement/trial/formLanguages.ts";
import type { TrialDocument } from "../../../trial/document.ts";
import { formatCount } from "../../shared/format.ts";
import { Information } from "../../shared/Information.tsx";
import { t, useLanguage } from "../../shared/language.ts";
import { FormText } from "./FormText.tsx";
import { whoWords } from "./giver.ts";

type TrialText = TrialDocument["trial"];

/** What the study is, what it asks of one and whom to call. */
export function About({ trial }: { trial: TrialText }) {
  return (
    <>
      <Card component="section" aria-labelledby="about">
        <Title order={2} size="h4" mb="xs" id="about">
          {t("About the study")}
        </Title>
        <Text className="breakable" maw={720} style={{ whiteSpace: "pre-wrap" }}>
          {trial.summary}
        </Text>
        <Text mt="sm" size="sm">
          {t("Places: {{places}}.", { places: formatCount(trial.capacity) })}{" "}
          {t("Once enrolled, you have {{count}} days to come to the site.", {
            count: trial.arrivalDeadlineDays,
          })}
        </Text>
        <Text size="sm" className="breakable">
          {t("The site will ask for your {{document}}.", { document: trial.identityDocument })}
        </Text>
        <Text size="sm">
          {t("Sites:")}{" "}
          {trial.sites.map(({ name, capacity }) => `${name} (${formatCount(capacity)})`).join(", ")}
        </Text>
      </Card>
      <Card component="section" aria-labelledby="asks">
        <Title order={2} size="h4" mb="sm" id="asks">
          {t("What it asks of you, and whom to call")}
        </Title>
        <Information trial={trial} />
      </Card>
    </>
  );
}

/** The consent form for reading, before anything is proven: it is signed later. */
export function FormToRead({ form }: { form: TrialText["consentForm"] }) {
  const [chosen, setLanguage] = useState<string>();
  const page = useLanguage() ?? "en";
  const language = closestLanguage(form, chosen ?? page);
  return (
    <Card component="section" aria-label={t("The consent form, to read")}>
      <Stack gap="sm">
        <FormText
          form={form}
          id="form-to-read"
          name={t("Text of the form, to read")}
          language={language}
          onLanguage={setLanguage}
        />
        <div>
          <Text size="sm">{t("You will be asked for each of these by itself:")}</Text>
          <List size="sm">
            {formIn(form, language).permissions.map(({ id, label, required }) => (
              <List.Item key={id} className="breakable">
                <span lang={language}>{label}</span> (
                {required ? t("needed to take part") : t("your choice")})
              </List.Item>
            ))}
          </List>
        </div>
        <Text size="sm">{whoWords(form)}</Text>
        <Text size="sm" c="dimmed">
          {t("This is for reading. You sign nothing here: whoever fits may sign it later, or not.")}
        </Text>
      </Stack>
    </Card>
  );
}
