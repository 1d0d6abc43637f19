import { Button, Card, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { Cancelled } from "../../../prover/worker.ts";
import { t } from "../../../shared/language.ts";
import { saveFile } from "../../../shared/save.ts";
import { useTask } from "../../../shared/useTask.ts";
import { Doing } from "../../Sorry.tsx";
import { useOwnActs } from "../ownData.tsx";
import type { OwnData } from "../worker/overview.ts";
import { zipOf } from "../zip.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** Everything that is kept about this person, as one file. */
export function Download({ data, protocolNumber }: Props) {
  const { download, stop } = useOwnActs(protocolNumber);
  const task = useTask();
  const run = () =>
    void task.run(async (say) => {
      say(t("Downloading your packages…"));
      try {
        const files = await download(data.auditEvents, (at) => {
          if ("part" in at && at.part !== undefined) {
            say(
              t("Downloading {{part}} of {{of}}…", { part: at.part + 1, of: at.of ?? at.part + 1 }),
            );
          }
        });
        const archive = new Uint8Array(await zipOf(files).arrayBuffer());
        const name = `my-data-${protocolNumber.replaceAll("/", "-")}.zip`;
        saveFile(name, archive, "application/zip");
      } catch (problem) {
        if (!(problem instanceof Cancelled)) throw problem;
      }
    });
  return (
    <Card padding="md" component="section" aria-label={t("Take everything along")}>
      <Title order={3} size="h5">
        {t("Take everything along")}
      </Title>
      <Text size="sm" mb="sm" maw={720}>
        {t(
          "Every package as it lies in the store, who opened them, the key that opens them, and how: any age tool does it, without this program. Whoever has the file can read all of it.",
        )}
      </Text>
      {task.isRunning ? (
        <Button variant="default" onClick={stop}>
          {t("Stop")}
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={run}
        >
          {t("Download everything")}
        </Button>
      )}
      <Doing task={task} />
    </Card>
  );
}
