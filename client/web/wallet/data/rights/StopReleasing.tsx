import { Anchor, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { Trans } from "react-i18next";
import { Link } from "wouter";
import type { Permission } from "../../../../../circuits/statement/trial/trial.ts";
import { formatDate } from "../../../shared/format.ts";
import { msg, t } from "../../../shared/language.ts";
import type { OwnData } from "../worker/overview.ts";
import { TakeBack } from "./TakeBack.tsx";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

const EFFECT = msg(
  "From the next block on, those who hold the keys release nothing that was sent under it, also for requests that are open, and nothing new can be sent under it. What was opened before cannot be called back.",
);

/** Permission by permission: what was sent under it is released no more. */
export function StopReleasing({ data, protocolNumber }: Props) {
  const { granted, form } = data;
  const study = `/trials/${encodeURIComponent(protocolNumber)}`;
  return (
    <Card padding="md" component="section" aria-label={t("Stop releasing")}>
      <Title order={3} size="h5">
        {t("Stop releasing")}
      </Title>
      <Text size="sm" mb="sm" maw={720}>
        {t(
          "Take a permission back, and nobody can open anything that was sent under it any more, though it stays in the store, sealed. It also ends the collecting under it. What was opened before cannot be called back: its recipient owes you a statement that its copy is destroyed. Whether it gave one is said above, under who opened it.",
        )}
      </Text>
      {granted === undefined && <Text size="sm">{t("You allow nothing in this study now.")}</Text>}
      {granted !== undefined && (
        <Stack gap="sm">
          {permissionsIn(data).map(({ id, label, isRequired, titles, isGiven }) => (
            <div key={id} data-permission={id}>
              <Group gap="xs">
                <Text size="sm" fw={600} className="breakable">
                  {label}
                </Text>
                <Badge color={isGiven ? "teal" : "gray"}>
                  {isGiven ? t("You allow it") : t("Not allowed")}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed" className="breakable">
                {titles.join(", ")}
              </Text>
              {isGiven && isRequired && (
                <Text size="sm">
                  <Trans
                    i18nKey="It is needed to take part: to end it, <way>leave the study</way>."
                    components={{
                      way: <Anchor component={Link} href={study} inherit underline="always" />,
                    }}
                  />
                </Text>
              )}
              {isGiven && !isRequired && (
                <TakeBack
                  {...{ protocolNumber, granted, permission: id, label }}
                  effect={t(EFFECT)}
                  button={t("Take it back")}
                />
              )}
            </div>
          ))}
          <Text size="sm" c="dimmed">
            <Trans
              i18nKey="Your consent ends by itself on {{day}}. To allow something again, <way>change what you allow</way>."
              values={{ day: formatDate(new Date(granted.validUntil * 1000)) }}
              components={{
                way: <Anchor component={Link} href={study} inherit underline="always" />,
              }}
            />
          </Text>
        </Stack>
      )}
      {form !== undefined && (
        <details style={{ marginTop: "0.75rem" }}>
          <summary>{t("What the form that you agreed to says")}</summary>
          <Text size="sm" mt={4} className="breakable" style={{ whiteSpace: "pre-wrap" }}>
            {form.text}
          </Text>
        </details>
      )}
    </Card>
  );
}

/** The form's permissions under which something is collected, and what that is. */
function permissionsIn({ collections, form, granted }: OwnData) {
  return (form?.permissions ?? []).flatMap(({ id, label, required }) => {
    const under = collections.filter(({ permission }) => permission === id);
    if (under.length === 0) return [];
    const permission = id as Permission;
    const isGiven = granted?.permissions.includes(permission) ?? false;
    const titles = under.map(({ title }) => title);
    return [{ id: permission, label, isRequired: required, titles, isGiven }];
  });
}
