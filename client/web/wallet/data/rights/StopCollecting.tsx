import { Card, Stack, Switch, Text, Title } from "@mantine/core";
import { t } from "../../../shared/language.ts";
import { useTask } from "../../../shared/useTask.ts";
import { Doing } from "../../Sorry.tsx";
import { useStopped } from "../keptHere.ts";
import type { OwnData } from "../worker/overview.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** Nothing more from this wallet, of one collection or another; what was sent stays. */
export function StopCollecting({ data, protocolNumber }: Props) {
  const { stopped, change } = useStopped(protocolNumber);
  const task = useTask();
  const own = data.collections.filter(({ source }) => source !== "site");
  const hasSite = data.collections.some(({ source }) => source === "site");
  return (
    <Card padding="md" component="section" aria-label={t("Stop collecting")}>
      <Title order={3} size="h5">
        {t("Stop collecting")}
      </Title>
      <Text size="sm" mb="sm" maw={720}>
        {t(
          "Switched off, this wallet offers and sends nothing more of it. Nobody is told, and you can switch it on again. What was sent before stays, and can go on being opened.",
        )}
      </Text>
      <Stack gap="xs">
        {own.map(({ id, title }) => (
          <Switch
            key={id}
            label={t("Go on sending: {{title}}", { title })}
            checked={!stopped.has(id)}
            onChange={({ currentTarget: { checked } }) => void task.run(() => change(id, !checked))}
          />
        ))}
      </Stack>
      {hasSite && (
        <Text size="sm" mt="sm" maw={720}>
          {t(
            "What your site fills in stops when you tell the site, or when you take the permission back below.",
          )}
        </Text>
      )}
      <Doing task={task} />
    </Card>
  );
}
