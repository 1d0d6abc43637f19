import { Alert, Anchor, Button, Card, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconFingerprint, IconInfoCircle, IconLock, IconLockOpen } from "@tabler/icons-react";
import { type FormEvent, useEffect, useState } from "react";
import { Trans } from "react-i18next";
import { Link } from "wouter";
import { msg, t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { LanguageChoice } from "../Language.tsx";
import { Doing } from "../Sorry.tsx";
import { isOpenElsewhere } from "../vault/hold.ts";
import { useSession } from "../vault/session.tsx";
import type { Why } from "../vault/vault.ts";

const WHY: Readonly<Record<Why, string>> = {
  asked: msg("Your wallet is locked."),
  idle: msg("Your wallet locked itself because it was not used for a while."),
  moved: msg("You continued with your wallet in another tab, so it locked itself here."),
  changed: msg("Your wallet was changed in another tab. Unlock it to continue from there."),
};

/** The lock: asks for the passphrase, or one of the wallet's passkeys. */
export function Unlock() {
  const { why, unlock, unlockBy, passkeys } = useSession();
  const [passphrase, setPassphrase] = useState("");
  const isElsewhere = useIsElsewhere();
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Unlocking takes a moment: that makes guessing the passphrase slow…"));
      await unlock(passphrase);
    });
  };
  return (
    <Card maw={480} mx="auto" mt={{ base: "md", sm: "xl" }} component="form" onSubmit={submit}>
      <Stack>
        <Title order={1} size="h2">
          <IconLock size={26} aria-hidden style={{ verticalAlign: "-3px" }} />{" "}
          {t("Unlock your wallet")}
        </Title>
        {why !== undefined && (
          <Text role="status" c="dimmed">
            {t(WHY[why])}
          </Text>
        )}
        {isElsewhere && (
          <Alert color="harbour" icon={<IconInfoCircle aria-hidden />}>
            {t(
              "Your wallet is open in another tab. Continue there, or unlock it here, which locks it there.",
            )}
          </Alert>
        )}
        <PasswordInput
          label={t("Passphrase")}
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
          {t("Unlock")}
        </Button>
        {passkeys.map((one) => (
          <Button
            key={one.id}
            variant="default"
            disabled={task.isRunning}
            leftSection={<IconFingerprint size={18} aria-hidden />}
            onClick={() =>
              void task.run(async (say) => {
                say(t("Waiting for your passkey…"));
                await unlockBy(one);
              })
            }
          >
            {t("Unlock with {{name}}", { name: one.name })}
          </Button>
        ))}
        <Doing task={task} />
        <LanguageChoice />
        <Forgotten />
      </Stack>
    </Card>
  );
}

function Forgotten() {
  return (
    <Text size="sm" c="dimmed">
      <Trans
        i18nKey="Forgotten it? Nobody can reset it. With your recovery file or your guardians you can <over>start over on this device</over>. To leave a study you only need your printed code: <code>withdraw with the code</code>."
        components={{
          over: <Anchor component={Link} href="/start-over" inherit underline="always" />,
          code: <Anchor component={Link} href="/withdraw-by-code" inherit underline="always" />,
        }}
      />
    </Text>
  );
}

function useIsElsewhere(): boolean {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    // Only a hint: whatever hides it also keeps the wallet from opening, and that is reported.
    const look = () => void isOpenElsewhere().then(setElsewhere, () => {});
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isElsewhere;
}
