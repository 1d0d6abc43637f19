import { Anchor, Button, Card, Checkbox, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { forgetKept } from "../vault/kept.ts";
import { deleteWallet } from "../vault/storage.ts";

/** For whoever forgot the passphrase: deletes what cannot be opened any more. */
export function StartOver() {
  const [isSure, setSure] = useState(false);
  const [, go] = useLocation();
  const remove = async () => {
    await deleteWallet();
    await forgetKept();
    go("/");
    location.reload();
  };
  return (
    <Card maw={560} mx="auto" mt={{ base: "md", sm: "xl" }}>
      <Stack>
        <Title order={1} size="h2">
          Start over on this device
        </Title>
        <Text>
          This deletes the wallet that is kept in this browser. Do it only if you have a recovery
          file, or no longer need what is in the wallet: your record, and the keys to the studies
          you joined. Without a recovery file nobody can bring them back.
        </Text>
        <Checkbox
          label="I have my recovery file, or I do not need this wallet any more"
          checked={isSure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
        <Button color="red" disabled={!isSure} onClick={() => void remove()}>
          Delete the wallet from this browser
        </Button>
        <Anchor component={Link} href="/">
          Back
        </Anchor>
      </Stack>
    </Card>
  );
}
