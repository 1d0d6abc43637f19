import { Alert, List } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { t } from "../shared/language.ts";
import { useRegistry } from "./data.tsx";
import { useWallet } from "./vault/session.tsx";

/** Takes over newer issues of the wallet's records whenever it is opened, and says what became of them. */
export function Renewal() {
  const { vault } = useWallet();
  const registry = useRegistry().data;
  const [words, setWords] = useState<readonly string[]>([]);
  const root = registry?.isOld === false ? registry.value.root : undefined;
  useEffect(() => {
    const { wallet } = vault.opened;
    if (root === undefined || wallet.records.length === 0) return;
    let isCurrent = true;
    vault.checker
      .run("records.renew", { wallet })
      .then(async (renewal) => {
        if (isCurrent) setWords(renewal.words);
        const { wallet: renewed } = renewal;
        if (renewed === undefined) return;
        await vault.change((now) =>
          // A record taken in meanwhile is newer still.
          now.records === wallet.records ? { ...now, records: renewed.records } : now,
        );
      })
      // Out of reach for now: it is looked for again when the registry is.
      .catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [root, vault]);
  if (words.length === 0) return null;
  return (
    <Alert
      color="harbour"
      icon={<IconRefresh aria-hidden />}
      title={t("Your records")}
      mb="lg"
      role="status"
      withCloseButton
      closeButtonLabel="Close this note"
      onClose={() => setWords([])}
    >
      <List spacing={4} size="sm">
        {words.map((text) => (
          <List.Item key={text} className="breakable">
            {text}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
