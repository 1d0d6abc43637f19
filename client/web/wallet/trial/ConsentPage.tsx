import { Anchor, Button, Card, Group, List, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconPrinter } from "@tabler/icons-react";
import { Link } from "wouter";
import { mandateIn } from "../../../patient/consent.ts";
import type { Mandate } from "../../../patient/wallet.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatLanguage, formatTime, shorten } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { useLook, useStanding, useTrial } from "../data.tsx";
import { Sorry } from "../Sorry.tsx";
import { type ConsentCopy, copyOf } from "./consentCopy.ts";
import { RELATION_WORDS } from "./giver.ts";

/** One's own copy of the consent: on paper or as a file by the browser's print, and here whenever one looks. */
export default function ConsentPage({ protocolNumber }: { protocolNumber: string }) {
  const trial = useTrial(protocolNumber);
  const now = trial.data?.value;
  const standing = useStanding(protocolNumber, now);
  const document = useLook(protocolNumber, now).data?.reviewed.document;
  const copy = now && standing.data && copyOf({ standing: standing.data, now, document });
  const site = document?.trial.sites.find(({ id }) => id === copy?.grant.siteId)?.name;
  return (
    <>
      <Anchor
        component={Link}
        href={`/trials/${encodeURIComponent(protocolNumber)}`}
        size="sm"
        className="no-print"
      >
        <IconArrowLeft size={14} aria-hidden /> {t("Back to the study")}
      </Anchor>
      <PageHead
        title={t("Your consent")}
        text={document?.trial.title ?? t("Study {{number}}", { number: protocolNumber })}
      />
      {trial.isError && <Sorry problem={trial.error} retry={() => void trial.refetch()} />}
      {standing.isError && <Sorry problem={standing.error} />}
      {(trial.isPending || (now !== undefined && standing.isPending)) && (
        <Loading what={t("your consent")} h={240} />
      )}
      {standing.isSuccess && copy === undefined && (
        <Text>{t("No consent of yours to this study is on the exchange.")}</Text>
      )}
      {copy && (
        <Stack gap="lg">
          <Group className="no-print">
            <Button
              leftSection={<IconPrinter size={18} aria-hidden />}
              onClick={() => window.print()}
            >
              {t("Print, or save as PDF")}
            </Button>
          </Group>
          <Signed
            {...{ copy, protocolNumber }}
            site={site ?? t("Site {{number}}", { number: copy.grant.siteId })}
            pseudonym={standing.data?.pseudonym}
            mandate={standing.data && mandateIn(standing.data.status.participation).mandate}
          />
          <Agreed copy={copy} />
        </Stack>
      )}
    </>
  );
}

function Signed(props: {
  copy: ConsentCopy;
  protocolNumber: string;
  site: string;
  pseudonym: bigint | undefined;
  /** Where somebody else consented. */
  mandate: Mandate | undefined;
}) {
  const { copy, protocolNumber, site, pseudonym, mandate } = props;
  const { grant, at, digest, formHash, read } = copy;
  const facts: Fact[] = [
    [
      t("Study"),
      t("{{number}}, version {{version}}", { number: protocolNumber, version: grant.version }),
    ],
    [t("Signed"), formatTime(at)],
    ...(mandate === undefined
      ? []
      : [[t("Given for this person by"), t(RELATION_WORDS[mandate.word.relation])] as const]),
    [t("Holds until"), formatTime(grant.validUntil)],
    [t("Site"), site],
    [t("Version approved by the ethics board"), <code key="digest">{digest}</code>],
    [t("Form that was signed"), <code key="form">{formHash}</code>],
    ...(read === undefined
      ? []
      : [
          [t("Language that you read"), formatLanguage(read.language)] as const,
          [t("Text in this language"), <code key="read">{read.hash}</code>] as const,
        ]),
    ...(pseudonym === undefined
      ? []
      : [[t("Signed under the number"), <code key="number">{shorten(pseudonym)}</code>] as const]),
  ];
  return (
    <Card component="section" aria-labelledby="signed">
      <Title order={2} size="h4" mb="sm" id="signed">
        {t("What was signed")}
      </Title>
      <Facts facts={facts} />
    </Card>
  );
}

function Agreed({ copy: { form, permissions, withheld } }: { copy: ConsentCopy }) {
  return (
    <Card component="section" aria-labelledby="agreed">
      <Title order={2} size="h4" mb="sm" id="agreed">
        {t("What you agreed to")}
      </Title>
      <Text size="sm">{t("You allowed:")}</Text>
      <List size="sm" mb="sm">
        {permissions.map(({ id, label }) => (
          <List.Item key={id} className="breakable">
            {label}
          </List.Item>
        ))}
      </List>
      {withheld.length > 0 && (
        <>
          <Text size="sm">{t("You did not allow:")}</Text>
          <List size="sm" mb="sm">
            {withheld.map((label) => (
              <List.Item key={label} className="breakable">
                {label}
              </List.Item>
            ))}
          </List>
        </>
      )}
      {form === undefined ? (
        <Text>
          {t(
            "The text of the form is not on this device: the study is sealed, or its sponsor has not uploaded it. The hash above tells which text it was.",
          )}
        </Text>
      ) : (
        <>
          <Title order={3} size="h5" className="breakable">
            {form.title}
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {t("Consent form, version {{version}}", { version: form.version })}
          </Text>
          <Text
            className="breakable"
            maw={720}
            style={{ whiteSpace: "pre-wrap" }}
            lang={form.language}
            dir="auto"
          >
            {form.text}
          </Text>
        </>
      )}
    </Card>
  );
}
