import { Alert, Button, Stack, Title } from "@mantine/core";
import { IconDatabaseOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { dayOfTimestamp } from "../../../circuits/statement/day.ts";
import type { Classifier } from "../../clinic/classify.ts";
import { type CodeTable, withDecisions } from "../../clinic/codeTable.ts";
import { ClinicError } from "../../clinic/problem.ts";
import type { Source } from "../../clinic/source.ts";
import { type WorkItem, type WorkList, workListOf } from "../../clinic/workList.ts";
import { useActor } from "../shared/account.tsx";
import { useDeployment } from "../shared/exchange.tsx";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";
import { CodeTableFile } from "./CodeTableFile.tsx";
import { CodeWork } from "./CodeWork.tsx";
import { DecideDialog } from "./DecideDialog.tsx";
import { DecidedCodes } from "./DecidedCodes.tsx";
import { useDesk } from "./desk.tsx";
import { isFinal } from "./entry.ts";
import { ProblemList } from "./ProblemList.tsx";
import { useCodes } from "./useCodes.ts";

/** Codes that nobody has placed, decided once for all patients; and the clinic's table of these decisions. */
export default function CodesPage() {
  const { table, classifier, error, forget } = useCodes();
  const { data: deployment, error: unreached, refetch } = useDeployment();
  return (
    <>
      <PageHead
        title="Codes"
        text="While a chart holds a code of which nobody knows what it means, its patient cannot prove that something is not so. Say it once, for all patients. Nothing of this leaves the page."
      />
      {unreached && <Problem problem={unreached} retry={() => void refetch()} />}
      {error instanceof ClinicError && (
        <ProblemList
          problems={error.problems}
          text="The clinic's table in this browser cannot be used. Open the file that you saved last, after forgetting this one."
        >
          <Button variant="default" size="xs" onClick={() => void forget()}>
            Forget the table in this browser
          </Button>
        </ProblemList>
      )}
      {table !== undefined && classifier !== undefined && deployment !== undefined ? (
        <Codes table={table} classifier={classifier} today={dayOfTimestamp(deployment.chainTime)} />
      ) : (
        !error && !unreached && <Loading what="the codes" h={320} />
      )}
    </>
  );
}

type CodesProps = {
  readonly table: CodeTable;
  readonly classifier: Classifier;
  readonly today: number;
};

function Codes({ table, classifier, today }: CodesProps) {
  const { isStored, change } = useCodes();
  const sources = useOpenSources();
  const work = useMemo(
    () => workListOf(sources, { issuedDay: today, codes: classifier }),
    [sources, today, classifier],
  );
  const [asked, setAsked] = useState<WorkItem>();
  const { address } = useActor();
  const { decider, dispatch } = useDesk();
  return (
    <Stack gap="xl">
      {!isStored && (
        <Alert color="yellow" icon={<IconDatabaseOff aria-hidden />}>
          This browser keeps nothing. Save the table as a file before you close the page.
        </Alert>
      )}
      <ToDecide work={work} onAsk={setAsked} />
      <CodeTableFile table={table} onChange={change} />
      <DecidedCodes table={table} onChange={change} />
      {asked !== undefined && (
        <DecideDialog
          item={asked}
          by={decider}
          today={today}
          onBy={(name) => dispatch({ kind: "decideAs", decider: { clinic: address, name } })}
          onDecide={(decision) => change((before) => withDecisions(before, [decision]))}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Stack>
  );
}

function ToDecide({ work, onAsk }: { work: WorkList; onAsk: (item: WorkItem) => void }) {
  return (
    <section aria-labelledby="to-decide">
      <Title order={2} size="h4" id="to-decide" mb="sm">
        To decide
      </Title>
      <CodeWork work={work} onAsk={onAsk} />
    </section>
  );
}

/** The charts whose records can still be made anew. */
function useOpenSources(): readonly Source[] {
  const { entries } = useDesk();
  return useMemo(
    () =>
      entries.flatMap((entry) =>
        entry.source === undefined || isFinal(entry) ? [] : [entry.source],
      ),
    [entries],
  );
}
