import { Alert, Anchor, Button, Card, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle, IconLock, IconLockOpen } from "@tabler/icons-react";
import { type FormEvent, useEffect, useState } from "react";
import { Link } from "wouter";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { isOpenElsewhere } from "../vault/hold.ts";
import { useSession } from "../vault/session.tsx";
import type { Why } from "../vault/vault.ts";

const WHY: Readonly<Record<Why, string>> = {
  asked: "Your wallet is locked.",
  idle: "Your wallet locked itself because it was not used for a while.",
  moved: "You went on with your wallet in another tab, so it locked itself here.",
  changed: "Your wallet was changed in another tab. Unlock it to go on from there.",
};

/** The lock: asks for the passphrase. */
export function Unlock() {
  const { why, unlock } = useSession();
  const [passphrase, setPassphrase] = useState("");
  const isElsewhere = useIsElsewhere();
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say("Unlocking takes a moment: that makes guessing the passphrase slow…");
      await unlock(passphrase);
    });
  };
  return (
    <Card maw={480} mx="auto" mt={{ base: "md", sm: "xl" }} component="form" onSubmit={submit}>
      <Stack>
        <Title order={1} size="h2">
          <IconLock size={26} aria-hidden style={{ verticalAlign: "-3px" }} /> Unlock your wallet
        </Title>
        {why !== undefined && (
          <Text role="status" c="dimmed">
            {WHY[why]}
          </Text>
        )}
        {isElsewhere && (
          <Alert color="harbour" icon={<IconInfoCircle aria-hidden />}>
            Your wallet is open in another tab. Go on there, or unlock it here: it is then locked
            there.
          </Alert>
        )}
        <PasswordInput
          label="Passphrase"
          autoComplete="current-password"
          data-autofocus
          autoFocus
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Button
          type="submit"
          disabled={passphrase === "" || task.isRunning}
          leftSection={<IconLockOpen size={18} aria-hidden />}
        >
          Unlock
        </Button>
        <Doing task={task} />
        <Text size="sm" c="dimmed">
          Forgotten it? Nobody can reset it. With your recovery file you can{" "}
          <Anchor component={Link} href="/start-over" inherit underline="always">
            start over on this device
          </Anchor>
          . To leave a study you only need your printed code:{" "}
          <Anchor component={Link} href="/withdraw-by-code" inherit underline="always">
            withdraw with the code
          </Anchor>
          .
        </Text>
      </Stack>
    </Card>
  );
}

function useIsElsewhere(): boolean {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const look = () => void isOpenElsewhere().then(setElsewhere);
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isElsewhere;
}
