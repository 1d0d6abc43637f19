import { Alert, Anchor, Button, Card, Group, Text, Title } from "@mantine/core";
import { IconMapPin, IconShieldCheck } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { submitScreening } from "../../../patient/screen.ts";
import { useApi } from "../../shared/exchange.tsx";
import type { TrialNow, useLook } from "../data.tsx";
import { useData } from "../data.tsx";
import { ConsentForm } from "./ConsentForm.tsx";
import { ProofState } from "./ProofState.tsx";
import { Reveals } from "./Reveals.tsx";
import { latestGrant, nextOf, type Standing } from "./standing.ts";
import { useProof } from "./useProof.ts";
import { Waits } from "./WaitingConsent.tsx";

type Look = NonNullable<ReturnType<typeof useLook>["data"]>;
type Props = { readonly now: TrialNow; readonly look: Look; readonly standing: Standing };

/** The step that is due. */
export function Acts(props: Props) {
  const { now, look, standing } = props;
  const [isChanging, setChanging] = useState(false);
  const next = nextOf(standing, now);
  const { protocolNumber } = now.trial;
  const before = latestGrant(standing);
  const site = look.reviewed.document.trial.sites.find(({ id }) => id === standing.status.siteId);
  const { waiting } = standing;
  const form = waiting ? (
    <Waits waiting={waiting} />
  ) : (
    <ConsentForm reviewed={look.reviewed} before={before} onDone={() => setChanging(false)} />
  );
  const change = ["wait", "arrive", "on"].includes(next) &&
    standing.status.siteId !== undefined && (
      <Button variant="default" onClick={() => setChanging(!isChanging)} aria-expanded={isChanging}>
        Change what I allow
      </Button>
    );
  return (
    <>
      {standing.status.onHold && (
        <Alert color="orange" title="The study has changed">
          You are on hold until you agree to the new version: nothing new of yours is used
          meanwhile. You may also withdraw.
        </Alert>
      )}
      {next === "prove" && <Answer {...props} />}
      {next === "consent" && (
        <>
          {before === undefined && waiting === undefined && (
            <Alert color="teal" title="You have shown that you fit">
              Now read the consent form. When you have consented, your wallet waits until others
              could have sent the same: so nobody matches the two steps by the clock.
            </Alert>
          )}
          {form}
        </>
      )}
      {next === "wait" && (
        <Card>
          <Text mb="sm">
            You have consented. The sponsor enrolls you next; there is nothing to do.
          </Text>
          <Group>{change}</Group>
        </Card>
      )}
      {next === "arrive" && (
        <Card>
          <Text mb="sm">
            You are enrolled. Go to {site?.name ?? "your site"} with your identity document and this
            device.
          </Text>
          <Group>
            <Button
              component={Link}
              href={`/trials/${encodeURIComponent(protocolNumber)}/check-in`}
              leftSection={<IconMapPin size={18} aria-hidden />}
            >
              Check in at the site
            </Button>
            {change}
          </Group>
        </Card>
      )}
      {next === "on" && (
        <Card>
          <Text mb="sm">You take part in this study.</Text>
          <Group>{change}</Group>
        </Card>
      )}
      {isChanging && form}
    </>
  );
}

/** Shows what a yes tells, and says it when asked to. */
function Answer({ now, look, standing }: Props) {
  const api = useApi();
  const { documentKeys } = useData();
  const proof = useProof();
  const { protocolNumber } = now.trial;
  const { reviewed, check } = look;
  const mayAnswer = check.refusals.length === 0;
  const prove = () =>
    proof.run({
      protocolNumber,
      prove: ({ prover, wallet, downloads, report }) => {
        const documentKey = documentKeys.get(protocolNumber);
        return prover.run("trial.screen", { wallet, downloads, documentKey }, report);
      },
      send: (input) => submitScreening(api, input),
    });
  return (
    <Card component="section" aria-labelledby="reveals">
      <Title order={2} size="h4" mb="sm" id="reveals" tabIndex={-1}>
        What a yes would tell
      </Title>
      <Reveals check={check} sponsor={reviewed.document.trial.sponsor} />
      <ProofState proof={proof} title="Your proof" />
      <Group mt="md">
        <Button
          disabled={!mayAnswer || proof.stage !== undefined}
          leftSection={<IconShieldCheck size={18} aria-hidden />}
          onClick={() => void prove()}
        >
          Yes: prove that I fit
        </Button>
        {!mayAnswer && (
          <Text size="sm" c="dimmed">
            Not possible today. Nothing left this device.
          </Text>
        )}
      </Group>
      {standing.status.state === "none" && (
        <Text size="sm" mt="md">
          You joined with another wallet that is lost? Then do not prove again, but{" "}
          <Anchor
            component={Link}
            href={`/trials/${encodeURIComponent(protocolNumber)}/check-in`}
            inherit
            underline="always"
          >
            let your site replace it
          </Anchor>
          .
        </Text>
      )}
    </Card>
  );
}
