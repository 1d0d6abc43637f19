import { ScrollArea, Select, Text, Title } from "@mantine/core";
import { formIn, languagesOf } from "../../../../circuits/statement/trial/formLanguages.ts";
import type { ConsentForm } from "../../../../circuits/statement/trial/trialFile.ts";
import { formatLanguage } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";

type Props = {
  readonly form: ConsentForm;
  /** Of the title, which names the section. */
  readonly id: string;
  /** Names the text itself: a page that shows the form twice names each. */
  readonly name?: string;
  /** In which of its languages it is shown. */
  readonly language: string;
  readonly onLanguage: (language: string) => void;
};

/** The consent form's title, version and whole text, in one of its languages. */
export function FormText({ form, id, name, language, onLanguage }: Props) {
  const { title, text, version } = formIn(form, language);
  return (
    <>
      <div>
        <Title order={2} size="h4" id={id} className="breakable" lang={language} dir="auto">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {t("Consent form, version {{version}}", { version })}
        </Text>
      </div>
      <FormLanguage {...{ form, language, onLanguage }} />
      <ScrollArea.Autosize
        mah={420}
        offsetScrollbars
        type="auto"
        viewportProps={{
          ...{ tabIndex: 0, role: "region" },
          "aria-label": name ?? t("Text of the form"),
        }}
      >
        <Text
          style={{ whiteSpace: "pre-wrap" }}
          className="breakable"
          maw={720}
          lang={language}
          dir="auto"
        >
          {text}
        </Text>
      </ScrollArea.Autosize>
    </>
  );
}

/** Nothing to choose where the form has one language. */
function FormLanguage({
  form,
  language,
  onLanguage,
}: Pick<Props, "form" | "language" | "onLanguage">) {
  const languages = languagesOf(form);
  if (languages.length === 1) return null;
  return (
    <Select
      label={t("Language of the form")}
      description={t(
        "Your consent says which one you read. Everybody can see that, but not who you are.",
      )}
      data={languages.map((value) => ({ value, label: formatLanguage(value) }))}
      value={language}
      allowDeselect={false}
      onChange={(value) => value !== null && onLanguage(value)}
      maw={420}
    />
  );
}
