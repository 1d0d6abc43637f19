import { Text, Timeline, Title } from "@mantine/core";
import type { TrialDocument } from "../../../trial/document.ts";
import { formatTime } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import type { Granted, Step } from "./standing.ts";

/** Who did what, in order. */
export function History({
  steps,
  trial,
}: {
  steps: readonly Step[];
  trial: TrialDocument["trial"] | undefined;
}) {
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <Title order={2} size="h4" mb="md" id="history">
        {t("What happened")}
      </Title>
      <Timeline active={steps.length} bulletSize={18} lineWidth={2}>
        {steps.map(({ id, at, who, what, grant }) => (
          <Timeline.Item key={id} title={what}>
            <Text size="sm" c="dimmed">
              {who} · {formatTime(at)}
            </Text>
            {grant && <Allowed grant={grant} trial={trial} />}
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}

function Allowed({ grant, trial }: { grant: Granted; trial: TrialDocument["trial"] | undefined }) {
  const label = (id: string) =>
    trial?.consentForm.permissions.find((one) => one.id === id)?.label ?? id;
  const site = trial?.sites.find(({ id }) => id === grant.siteId)?.name ?? grant.siteId;
  return (
    <>
      <Text size="sm" mt={4}>
        {t("At {{site}}, until {{time}}. You allowed:", {
          ...{ site, time: formatTime(grant.validUntil) },
        })}
      </Text>
      <ul style={{ margin: 0, paddingInlineStart: "1.2rem" }}>
        {grant.permissions.map((id) => (
          <Text key={id} component="li" size="sm" className="breakable">
            {label(id)}
          </Text>
        ))}
      </ul>
    </>
  );
}
