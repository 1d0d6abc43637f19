import { Alert, Anchor, Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { type Challenge, parseChallenge } from "../../../arrival.ts";
import { downloadTrial } from "../../../patient/review.ts";
import { useApi } from "../../shared/exchange.tsx";
import { formatTime } from "../../shared/format.ts";
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
        title="Check in at the site"
        text="The site shows you a code. Your device answers it with a proof that you are the person who joined. The answer goes to the site only, not over the internet."
      />
      <Stack maw={720}>
        {challenge === undefined ? (
          <Card>
            <TakeCode label="The site's code" onText={take} />
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
              Show this to the site
            </Text>
            <ShowCode
              text={answer}
              label="Your answer to the site, as codes in turn"
              fileName={`check-in-${protocolNumber.replaceAll("/", "-")}.json`}
            />
            {challenge.succeeds !== null && (
              <Text size="sm" ta="center" mt="md">
                If you had not arrived yet, the site also needs the printed withdrawal code of the
                wallet that you lost.
              </Text>
            )}
            <Text ta="center" mt="md">
              <Anchor component={Link} href={`/trials/${encodeURIComponent(protocolNumber)}`}>
                Done: back to the study
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
  const api = useApi();
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
        say("Getting the study as it is now…");
        const downloads = await downloadTrial(api, protocolNumber);
        say("Making the proof, on this device: up to two minutes…");
        const documentKey = documentKeys.get(protocolNumber);
        const of = { wallet, downloads, documentKey, challenge, document };
        onAnswer(await vault.prover.run("trial.arrive", of));
      } finally {
        rest();
      }
    });
  useEffect(() => () => vault.prover.stop(), [vault]);
  return (
    <Card>
      <Stack>
        <Text>The site's code is valid until {formatTime(challenge.expiresAt)}.</Text>
        <TextInput
          label="Your identity document"
          description="Country and number, exactly as your clinic wrote them down. It is not sent; the site reads it off the document itself."
          placeholder="P X12345"
          autoComplete="off"
          value={document}
          onChange={(event) => setDocument(event.currentTarget.value)}
        />
        {isSuccessor && (
          <Alert color="orange" title="In place of a lost wallet">
            The site asks this wallet to take the place of one that you lost. Your device proves
            again that you fit, from your record of now; the lost wallet can then do nothing more in
            this study.
          </Alert>
        )}
        <Alert color="harbour">
          By answering, you show this site who you are in the study. Nobody else learns it.
        </Alert>
        <Doing task={task} />
        <Group>
          <Button disabled={document.trim() === "" || task.isRunning} onClick={prove}>
            Make my answer
          </Button>
          {task.isRunning ? (
            <Button variant="default" onClick={() => vault.prover.stop()}>
              Stop
            </Button>
          ) : (
            <Button variant="default" onClick={onBack}>
              Take another code
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("MalformedInput");
  }
}
