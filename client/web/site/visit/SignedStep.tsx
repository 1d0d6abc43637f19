import { Alert, Anchor, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCircleCheck, IconCopy } from "@tabler/icons-react";
import { Link } from "wouter";
import { sitePath } from "../data/words.ts";
import { hasTags, type Passed } from "./visit.ts";

/** After signing: what the site notes in its own file, since nobody else can know it. */
export function SignedStep({ passed, onNext }: { passed: Passed; onNext: () => void }) {
  const { pseudonym, succession, reviewed, siteId } = passed;
  const { protocolNumber } = reviewed.trial;
  const number = String(pseudonym);
  return (
    <Stack maw={760}>
      <Alert
        color="green"
        role="status"
        icon={<IconCircleCheck aria-hidden />}
        title={succession === undefined ? "On study" : "The new wallet is admitted"}
      >
        {succession === undefined
          ? "The arrival is on the chain. Write the whole pseudonym into your own file on this person: if the wallet is ever lost, only you can say whose it was."
          : "The lost pseudonym is retired. With the new wallet the person now consents again, is enrolled and arrives like anyone else."}
      </Alert>
      {succession === undefined && hasTags(passed) && (
        <Text>
          Before their first form, have the person open this study's data in their wallet once: it
          publishes the key with which they read what you send. Whether it is theirs stands under{" "}
          <Anchor component={Link} href={`${sitePath({ protocolNumber, siteId })}/data`}>
            Visits and forms
          </Anchor>
          .
        </Text>
      )}
      <Text fw={600}>Pseudonym</Text>
      <Code block className="breakable" style={{ whiteSpace: "pre-wrap" }}>
        {number}
      </Code>
      <Group>
        <CopyButton value={number}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={
                copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
              }
              onClick={copy}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onNext}>
          Next person
        </Button>
        <Button component={Link} href={sitePath({ protocolNumber, siteId })}>
          To the participants
        </Button>
      </Group>
    </Stack>
  );
}
