import {
  Alert,
  Anchor,
  Button,
  Card,
  CopyButton,
  Group,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { IconArrowLeft, IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { PERMISSIONS, type Permission } from "../../../../circuits/statement/trial/terms.ts";
import { type RepresentationRequest, readRequest } from "../../../desk/representation.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { shorten } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { RELATION_WORDS } from "../trial/giver.ts";
import { useWallet } from "../vault/session.tsx";

/** In the representative's own wallet: reads what the other person's wallet asks, and signs it. */
export default function RepresentPage() {
  const [text, setText] = useState("");
  const request = readOrNothing(text);
  return (
    <>
      <Anchor component={Link} href="/settings" size="sm">
        <IconArrowLeft size={14} aria-hidden /> {t("Settings")}
      </Anchor>
      <PageHead
        title={t("Consent for somebody")}
        text={t(
          "A study may let a parent or a legal representative consent. The other person's wallet makes a request; this wallet signs it.",
        )}
      />
      <Stack gap="lg" maw={720}>
        <Textarea
          label={t("Request")}
          description={t("As the other person's wallet shows it.")}
          autosize
          minRows={4}
          value={text}
          error={
            text.trim() !== "" && request === undefined
              ? t("This is not a request. Copy all of it.")
              : undefined
          }
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {request && <Sign key={text} request={request} />}
      </Stack>
    </>
  );
}

function readOrNothing(text: string): RepresentationRequest | undefined {
  try {
    return readRequest(text);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function Sign({ request }: { request: RepresentationRequest }) {
  const { wallet, vault } = useWallet();
  const [signed, setSigned] = useState<string>();
  const task = useTask();
  const sign = () =>
    task.run(async (say) => {
      say(t("Signing…"));
      setSigned(await vault.checker.run("represent.sign", { wallet, request }));
    });
  const named = (Object.keys(PERMISSIONS) as Permission[]).filter(
    (name) => (request.permissions & PERMISSIONS[name]) !== 0,
  );
  const facts: Fact[] = [
    [t("Study"), request.protocolNumber],
    [t("You are"), t(RELATION_WORDS[request.relation])],
    [
      t("Who consents"),
      request.givenBy === "assentWithParent"
        ? t("The person assents, and you consent with them")
        : t("You, for the person"),
    ],
    [t("What is allowed"), named.join(", ")],
    [t("Site"), String(request.siteId)],
    [t("The person's number in the study"), shorten(request.pseudonym)],
  ];
  return (
    <Card component="section" aria-labelledby="asked">
      <Stack>
        <Title order={2} size="h4" id="asked">
          {t("What you are asked to sign")}
        </Title>
        <Facts facts={facts} />
        <Text size="sm">
          {t(
            "Read the study's consent form with the person first. Whether you may speak for them is for the site to check: bring your papers when the person comes.",
          )}
        </Text>
        <Group>
          <Button
            disabled={task.isRunning || signed !== undefined}
            leftSection={<IconSignature size={18} aria-hidden />}
            onClick={() => void sign()}
          >
            {t("I have read the form, and I consent for this person")}
          </Button>
        </Group>
        <Doing task={task} />
        {signed !== undefined && <Signed text={signed} />}
      </Stack>
    </Card>
  );
}

function Signed({ text }: { text: string }) {
  return (
    <Alert color="teal" role="status" title={t("Signed. Send this back to the other wallet")}>
      <Stack gap="sm" align="flex-start">
        <Textarea label={t("Your signature")} readOnly autosize minRows={3} value={text} w="100%" />
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t("Copied") : t("Copy the signature")}
            </Button>
          )}
        </CopyButton>
      </Stack>
    </Alert>
  );
}
