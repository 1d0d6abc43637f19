import { Alert, Anchor, Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { type Challenge, parseChallenge } from "../../../desk/arrival.ts";
import { formatTime } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { ShowCode } from "../../shared/ShowCode.tsx";
import { TakeCode } from "../../shared/TakeCode.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useData } from "../data.tsx";
import { Doing } from "../Sorry.tsx";
import { useSession, useWallet } from "../vault/session.tsx";

/** At the site: its code in, the answer out, from device to device. */
export function CheckInPage({ protocolNumber }: { protocolNumber: string }) {
  const [challenge, setChallenge] = useState<Challenge>();
  const [answer, setAnswer] = useState<string>();
  const reading = useTask();
  const take = (text: string) =>
    void reading.run(async () => setChallenge(parseChallenge(parse(text))));
  return (
    <>
      <PageHead
        title={t("Check in at the site")}
        text={t(
          "The site shows you a code. Your device answers it with a proof that you are the person who joined. The answer goes to the site only, not over the internet.",
        )}
      />
      <Stack maw={720}>
        {challenge === undefined ? (
          <Card>
            <TakeCode label={t("The site's code")} onText={take} />
            <Doing task={reading} />
          </Card>
        ) : answer === undefined ? (
          <Answering
            protocolNumber={protocolNumber}
            challenge={challenge}
            onAnswer={setAnswer}
            onBack={() => setChallenge(undefined)}
          />
        ) : (
          <Card>
            <Text fw={600} ta="center" role="status" mb="md">
              {t("Show this to the site")}
            </Text>
            <ShowCode
              text={answer}
              label={t("Your answer to the site, as a series of codes")}
              fileName={`check-in-${protocolNumber.replaceAll("/", "-")}.json`}
            />
            {challenge.succeeds !== null && (
              <Text size="sm" ta="center" mt="md">
                {t(
                  "If you had not yet arrived, the site also needs the printed withdrawal code of the wallet that you lost.",
                )}
              </Text>
            )}
            <Text ta="center" mt="md">
              <Anchor component={Link} href={`/trials/${encodeURIComponent(protocolNumber)}`}>
                {t("Done: back to the study")}
              </Anchor>
            </Text>
          </Card>
        )}
      </Stack>
    </>
  );
}

type Answering = {
  readonly protocolNumber: string;
  readonly challenge: Challenge;
  readonly onAnswer: (answer: string) => void;
  readonly onBack: () => void;
};

function Answering({ protocolNumber, challenge, onAnswer, onBack }: Answering) {
  const { wallet, vault } = useWallet();
  const { beBusy } = useSession();
  const { documentKeys } = useData();
  const [document, setDocument] = useState("");
  const isSuccessor = challenge.succeeds !== null;
  const task = useTask();
  const prove = () =>
    void task.run(async (say) => {
      const rest = beBusy();
      try {
        say(t("Getting the current state of the study…"));
        const documentKey = documentKeys.get(protocolNumber);
        const of = { wallet, protocolNumber, documentKey, challenge, document };
        const answer = await vault.prover.run("trial.arrive", of, ({ phase }) => {
          if (phase === "downloaded")
            say(t("Making the proof, on this device: up to two minutes…"));
        });
        onAnswer(answer);
      } finally {
        rest();
      }
    });
  useEffect(() => () => vault.prover.stop(), [vault]);
  return (
    <Card>
      <Stack>
        <Text>
          {t("The site's code is valid until {{time}}.", {
            time: formatTime(challenge.expiresAt),
          })}
        </Text>
        <TextInput
          label={t("Your identity document")}
          description={t(
            "Country and number, exactly as your clinic wrote them down. It is not sent; the site reads it from the document itself.",
          )}
          placeholder="P X12345"
          autoComplete="off"
          value={document}
          onChange={(event) => setDocument(event.currentTarget.value)}
        />
        {isSuccessor && <InPlace />}
        <Alert color="harbour">
          {t("By answering, you show this site who you are in the study. Nobody else learns it.")}
        </Alert>
        <Doing task={task} />
        <Group>
          <Button disabled={document.trim() === "" || task.isRunning} onClick={prove}>
            {t("Make my answer")}
          </Button>
          {task.isRunning ? (
            <Button variant="default" onClick={() => vault.prover.stop()}>
              {t("Stop")}
            </Button>
          ) : (
            <Button variant="default" onClick={onBack}>
              {t("Take another code")}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

function InPlace() {
  return (
    <Alert color="orange" title={t("In place of a lost wallet")}>
      {t(
        "The site asks this wallet to take the place of one that you lost. Your device proves again that you fit, from your current record; the lost wallet can then do nothing more in this study.",
      )}
    </Alert>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("MalformedInput");
  }
}
