import { Alert, List, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Trans } from "react-i18next";
import type { DemandLine } from "../../../../circuits/statement/criteria/demandLines.ts";
import { fromFault } from "../../prover/messages.ts";
import type { SentCheck } from "../../prover/proving.ts";
import { formatCount } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { wordsFor } from "../words.ts";

/** What a yes tells, to whom, among how many: before anything is proven. */
export function Reveals({ check, sponsor }: { check: SentCheck; sponsor: string }) {
  const { reveals, crowd, budget, refusals } = check;
  const standing = refusals.filter(({ code }) => code !== "NotEligible");
  return (
    <>
      <Text>
        <Trans
          i18nKey="A yes tells {{sponsor}} that <strong>somebody</strong> meets all of these. It does not tell who, nor your values, nor your clinic:"
          values={{ sponsor }}
          components={{ strong: <strong /> }}
        />
      </Text>
      <List my="sm" spacing={4}>
        {reveals.asserted.map((line) => (
          <Told key={JSON.stringify(line)} line={line} />
        ))}
      </List>
      {reveals.mixed !== undefined && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />} mb="xs">
          {reveals.mixed}
        </Alert>
      )}
      {reveals.flags.map(({ text }) => (
        <Alert key={text} color="orange" icon={<IconAlertTriangle aria-hidden />} mb="xs">
          {t("Take care: a yes {{tells}}.", { tells: text })}
        </Alert>
      ))}
      <Text size="sm">
        {t("At most {{records}} of {{clinics}} could be behind a yes.", {
          records: t("{{count}} records", { count: crowd.leaves }),
          clinics: t("{{count}} clinics", { count: crowd.clinics }),
        })}{" "}
        {!crowd.enough && (
          <strong>{t("That is a small group: you could be recognised more easily.")}</strong>
        )}
      </Text>
      <Text size="sm">
        {t("Answers that this sponsor has had of you: {{used}}. You allow {{limit}}.", {
          ...{ used: formatCount(budget.used), limit: formatCount(budget.limit) },
        })}
      </Text>
      {standing.map((fault) => {
        const { title, text } = wordsFor(fromFault(fault));
        return (
          <Alert key={fault.message} color="yellow" title={title} mt="sm">
            {text}
          </Alert>
        );
      })}
    </>
  );
}

/** One criterion: a sentence, or what leads a list and its lines. */
function Told({ line: { words, of } }: { line: DemandLine }) {
  return (
    <List.Item className="breakable">
      {words}
      {of.length > 0 && (
        <>
          :
          <List withPadding>
            {of.map((line) => (
              <Told key={JSON.stringify(line)} line={line} />
            ))}
          </List>
        </>
      )}
    </List.Item>
  );
}
