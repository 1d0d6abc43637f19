import { Anchor, Button, Card, Checkbox, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { forgetKept } from "../../prover/kept.ts";
import { t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { deleteWallet } from "../vault/storage.ts";

/** For whoever forgot the passphrase: deletes what cannot be opened any more. */
export function StartOver() {
  const [isSure, setSure] = useState(false);
  const [, go] = useLocation();
  const task = useTask();
  const remove = () =>
    void task.run(async (say) => {
      say(t("Deleting…"));
      await deleteWallet();
      await forgetKept();
      go("/");
      location.reload();
    });
  return (
    <Card maw={560} mx="auto" mt={{ base: "md", sm: "xl" }}>
      <Stack>
        <Title order={1} size="h2">
          {t("Start over on this device")}
        </Title>
        <Text>
          {t(
            "This deletes the wallet that is kept in this browser. Do it only if you have a recovery file, or no longer need what is in the wallet: your record, and the keys to the studies you joined. Without a recovery file nobody can bring them back.",
          )}
        </Text>
        <Checkbox
          label={t("I have my recovery file, or I do not need this wallet any more")}
          checked={isSure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
        <Button color="red" disabled={!isSure || task.isRunning} onClick={remove}>
          {t("Delete the wallet from this browser")}
        </Button>
        <Doing task={task} />
        <Anchor component={Link} href="/">
          {t("Back")}
        </Anchor>
      </Stack>
    </Card>
  );
}
