import { Alert, Anchor, Grid, Group, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconShieldX } from "@tabler/icons-react";
import { Link } from "wouter";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import type { Review } from "../../board/approve.ts";
import { Loading } from "../shared/Loading.tsx";
import { Opinions } from "../shared/Opinions.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem, wordsOf } from "../shared/Problem.tsx";
import { SectionLinks } from "../shared/SectionLinks.tsx";
import classes from "./Board.module.css";
import { ChangesView } from "./ChangesView.tsx";
import { Decision } from "./Decision.tsx";
import { type BoardTrial, useBoardTrial, useReview } from "./data.ts";
import { useDocumentKeys } from "./documentKeys.tsx";
import { KeyPrompt } from "./KeyPrompt.tsx";
import { VersionText } from "./VersionText.tsx";

type Props = {
  readonly protocolNumber: string;
  readonly version: number;
  readonly view: "text" | "changes";
};

/** One version of a trial: what it says, what it changes, and the decision beside it. */
export default function ReviewPage({ protocolNumber, version, view }: Props) {
  const trial = useBoardTrial(protocolNumber);
  const keyring = useDocumentKeys();
  const published = trial.data?.state.versions.find((one) => one.version === version);
  const isLocked =
    published?.terms.isSealed === true && keyring.keyOf(protocolNumber) === undefined;
  const review = useReview(protocolNumber, version, published !== undefined && !isLocked);
  const title = review.data?.document.trial.title;
  return (
    <>
      <Anchor component={Link} href="/" size="sm" className="no-print">
        <Group gap={4} mb="xs" display="inline-flex">
          <IconArrowLeft size={16} aria-hidden /> All trials
        </Group>
      </Anchor>
      <PageHead
        title={title ?? `${protocolNumber}, version ${version}`}
        text={title && `${protocolNumber}, version ${version}`}
      />
      {trial.isPending && <Loading what="the trial" h={320} />}
      {trial.error && <Problem problem={trial.error} retry={() => void trial.refetch()} />}
      {trial.data && published === undefined && (
        <Problem problem={new Refusal("UnknownVersion", { version })} />
      )}
      {trial.data && published && (
        <>
          <VersionLinks of={trial.data} protocolNumber={protocolNumber} version={version} />
          <Grid gap="xl">
            <Grid.Col span={{ base: 12, md: 8 }}>
              {published.terms.isSealed && (isLocked || isWrongKey(review.error)) ? (
                <KeyPrompt protocolNumber={protocolNumber} problem={review.error} />
              ) : (
                <Reviewed
                  {...{ review: review.data, problem: review.error, version, view }}
                  retry={() => void review.refetch()}
                  of={trial.data}
                />
              )}
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <div className={classes.aside}>
                <Stack gap="md">
                  <Decision of={trial.data} version={published} review={review.data} />
                  <Opinions opinions={trial.data.opinions} />
                </Stack>
              </div>
            </Grid.Col>
          </Grid>
        </>
      )}
    </>
  );
}

function isWrongKey(problem: unknown): boolean {
  return problem instanceof Refusal && problem.code === "WrongPassphrase";
}

function VersionLinks(props: { of: BoardTrial; protocolNumber: string; version: number }) {
  const { of, protocolNumber, version } = props;
  const base = `/${encodeURIComponent(protocolNumber)}`;
  const others = of.state.versions.filter((one) => one.version !== version).toReversed();
  return (
    <SectionLinks
      label="Parts of the review"
      sections={[
        { path: `${base}/${version}`, name: `What version ${version} says` },
        ...(version > 1 ? [{ path: `${base}/${version}/changes`, name: "What changed" }] : []),
        ...others.map((one) => ({
          path: `${base}/${one.version}`,
          name: `Version ${one.version}`,
        })),
      ]}
    />
  );
}

type ReviewedProps = {
  readonly review: Review | undefined;
  readonly problem: unknown;
  readonly retry: () => void;
  readonly of: BoardTrial;
  readonly version: number;
  readonly view: Props["view"];
};

function Reviewed({ review, problem, retry, of, version, view }: ReviewedProps) {
  if (problem instanceof Refusal && problem.code === "TrialTampered") {
    return <Tampered problem={problem} />;
  }
  if (problem) return <Problem problem={problem} retry={retry} />;
  if (review === undefined) return <Loading what="the version and recomputing it" h={400} />;
  if (view === "text" || version === 1) return <VersionText review={review} now={of.now} />;
  return <ChangesView key={version} review={review} earlier={earlierThan(of, version)} />;
}

/** Earlier versions; the one in force first, since that is what people have agreed to. */
function earlierThan({ state }: BoardTrial, version: number): number[] {
  const earlier = state.versions
    .map((one) => one.version)
    .filter((number) => number < version)
    .sort((a, b) => b - a);
  const isInForce = (number: number) => number === state.currentVersion;
  return [...earlier.filter(isInForce), ...earlier.filter((number) => !isInForce(number))];
}

function Tampered({ problem }: { problem: Refusal }) {
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconShieldX aria-hidden />}
      title="This text is not what the chain holds"
    >
      <Stack gap="xs">
        <Text size="sm" className="breakable">
          {wordsOf(problem).text}
        </Text>
        <Text size="sm">
          Nothing of it is shown, and it cannot be approved here. Ask the sponsor to publish the
          version again; until then no wallet accepts it either.
        </Text>
      </Stack>
    </Alert>
  );
}
