import { Alert, List, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Trans } from "react-i18next";
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
        {reveals.asserted.map((text) => (
          <List.Item key={text} className="breakable">
            {text}
          </List.Item>
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
        {t("At most {{records}} records of {{clinics}} clinics could be behind a yes.", {
          ...{ records: formatCount(crowd.leaves), clinics: formatCount(crowd.clinics) },
        })}{" "}
        {!crowd.enough && (
          <strong>
            {t("That is fewer than you asked for: you could be recognised more easily.")}
          </strong>
        )}
      </Text>
      <Text size="sm">
        {t("This sponsor has had {{used}} of the {{limit}} answers that you allow.", {
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
