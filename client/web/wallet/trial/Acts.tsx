import { Alert, Anchor, Button, Card, Group, Text, Title } from "@mantine/core";
import { IconMapPin, IconShieldCheck } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Trans } from "react-i18next";
import { Link } from "wouter";
import { submitScreening } from "../../../patient/screen.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { useApi } from "../../shared/exchange.tsx";
import { msg, t } from "../../shared/language.ts";
import type { useLook } from "../data.tsx";
import { useData } from "../data.tsx";
import { ConsentForm } from "./ConsentForm.tsx";
import { holdWords } from "./holding.ts";
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
  const hold = holdWords(standing, now);
  const form = waiting ? (
    <Waits waiting={waiting} />
  ) : (
    <ConsentForm reviewed={look.reviewed} before={before} onDone={() => setChanging(false)} />
  );
  const mayChange = ["wait", "arrive", "on"].includes(next) && standing.status.siteId !== undefined;
  const change = mayChange && (
    <Button variant="default" onClick={() => setChanging(!isChanging)} aria-expanded={isChanging}>
      {t("Change what I allow")}
    </Button>
  );
  return (
    <>
      {standing.status.onHold && (
        <Alert color="orange" title={hold.title}>
          {hold.text}
        </Alert>
      )}
      {next === "prove" && <Answer {...props} />}
      {next === "consent" && (
        <>
          {before === undefined && waiting === undefined && (
            <Alert color="teal" title={t("You have shown that you fit")}>
              {t(
                "Now read the consent form. When you have consented, your wallet waits until others could have sent the same, so that nobody can match the two steps by their times.",
              )}
            </Alert>
          )}
          {form}
        </>
      )}
      {next === "wait" && (
        <Step
          text={t(
            "You have consented. The sponsor enrolls you next; there is nothing for you to do.",
          )}
        >
          {change}
        </Step>
      )}
      {next === "arrive" && (
        <Arrive protocolNumber={protocolNumber} site={site?.name}>
          {change}
        </Arrive>
      )}
      {next === "on" && <Step text={t("You take part in this study.")}>{change}</Step>}
      {mayChange && isChanging && form}
      {next === "over" && <Ended standing={standing} wasOpen={isChanging} />}
    </>
  );
}

function Arrive(props: { protocolNumber: string; site: string | undefined; children: ReactNode }) {
  const { protocolNumber, site, children } = props;
  return (
    <Step
      text={t("You are enrolled. Go to {{site}} with your identity document and this device.", {
        site: site ?? t("your site"),
      })}
    >
      <Button
        component={Link}
        href={`/trials/${encodeURIComponent(protocolNumber)}/check-in`}
        leftSection={<IconMapPin size={18} aria-hidden />}
      >
        {t("Check in at the site")}
      </Button>
      {children}
    </Step>
  );
}

const ENDED: Partial<Record<Standing["status"]["state"], string>> = {
  withdrawn: msg("You have withdrawn from this study."),
  "off-study": msg("Your part in this study is over."),
  ineligible: msg("The site found that this study does not fit you."),
};

/** What ended it, wherever that was done: there is nothing more to consent to. */
function Ended({ standing, wasOpen }: { standing: Standing; wasOpen: boolean }) {
  const words = ENDED[standing.status.state];
  if (words === undefined) return null;
  return (
    <Alert color="gray" role="status" title={t(words)}>
      {wasOpen
        ? t(
            "That happened while a form was open here. The form is closed, and nothing of it was sent.",
          )
        : t("There is nothing more to consent to.")}
    </Alert>
  );
}

function Step({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Card>
      <Text mb="sm">{text}</Text>
      <Group>{children}</Group>
    </Card>
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
      prove: ({ prover, wallet, report }) => {
        const documentKey = documentKeys.get(protocolNumber);
        return prover.run("trial.screen", { wallet, protocolNumber, documentKey }, report);
      },
      send: (input) => submitScreening(api, input),
    });
  return (
    <Card component="section" aria-labelledby="reveals">
      <Title order={2} size="h4" mb="sm" id="reveals" tabIndex={-1}>
        {t("What a yes would reveal")}
      </Title>
      <Reveals check={check} sponsor={reviewed.document.trial.sponsor} />
      <ProofState proof={proof} title={t("Your proof")} />
      <Group mt="md">
        <Button
          disabled={!mayAnswer || proof.stage !== undefined}
          leftSection={<IconShieldCheck size={18} aria-hidden />}
          onClick={() => void prove()}
        >
          {t("Yes: prove that I fit")}
        </Button>
        {!mayAnswer && (
          <Text size="sm" c="dimmed">
            {t("Not possible today. Nothing left this device.")}
          </Text>
        )}
      </Group>
      {standing.status.state === "none" && (
        <Text size="sm" mt="md">
          <Trans
            i18nKey="Did you join with another wallet, now lost? Then do not prove again, but <way>let your site replace it</way>."
            components={{
              way: (
                <Anchor
                  component={Link}
                  href={`/trials/${encodeURIComponent(protocolNumber)}/check-in`}
                  inherit
                  underline="always"
                />
              ),
            }}
          />
        </Text>
      )}
    </Card>
  );
}
