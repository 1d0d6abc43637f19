import { Button, Card, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { Problem } from "../shared/Problem.tsx";
import { useDocumentKeys } from "./documentKeys.tsx";

/** Asks for the key of a sealed text. `problem`: what the last one ended in. */
export function KeyPrompt(props: { protocolNumber: string; problem: unknown }) {
  const { protocolNumber, problem } = props;
  const keyring = useDocumentKeys();
  const [key, setKey] = useState("");
  const open = (event: FormEvent) => {
    event.preventDefault();
    keyring.add(protocolNumber, key.trim());
  };
  return (
    <Card maw={560} component="form" onSubmit={open}>
      <Stack>
        <Title order={2} size="h4">
          <IconLock size={20} aria-hidden /> This text is sealed
        </Title>
        <Text c="dimmed">
          The exchange holds only its ciphertext. The sponsor gives your board the passphrase or age
          identity. It stays in this page's memory and goes nowhere.
        </Text>
        <PasswordInput
          label="Key of the text"
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Button type="submit" disabled={key.trim() === ""} w="fit-content">
          Open it
        </Button>
        {problem !== null && problem !== undefined && <Problem problem={problem} />}
      </Stack>
    </Card>
  );
}
