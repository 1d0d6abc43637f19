import { Alert, Button, Stack, Title } from "@mantine/core";
import { IconDatabaseOff } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { dayOfTimestamp } from "../../../../circuits/statement/encoding/day.ts";
import type { Classifier } from "../../../clinic/codes/classify.ts";
import { type CodeTable, withDecisions } from "../../../clinic/codes/codeTable.ts";
import { ClinicError } from "../../../clinic/problem.ts";
import type { Source } from "../../../clinic/read/source.ts";
import { type WorkItem, type WorkList, workListOf } from "../../../clinic/record/workList.ts";
import { useActor } from "../../shared/account.tsx";
import { useDeployment } from "../../shared/exchange.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { useDesk } from "../desk/desk.tsx";
import { isFinal } from "../desk/entry.ts";
import { ProblemList } from "../desk/ProblemList.tsx";
import { CodeTableFile } from "./CodeTableFile.tsx";
import { CodeWork } from "./CodeWork.tsx";
import { DecideDialog } from "./DecideDialog.tsx";
import { DecidedCodes } from "./DecidedCodes.tsx";
import { useCodes } from "./useCodes.ts";

/** Codes that nobody has placed, decided once for all patients; and the clinic's table of these decisions. */
export default function CodesPage() {
  const { table, classifier, error, forget } = useCodes();
  const { data: deployment, error: unreached, refetch } = useDeployment();
  return (
    <>
      <PageHead
        title="Codes"
        text="While a chart holds a code whose meaning nobody has decided, its patient cannot prove that something is absent. Decide it once, for all patients. None of this leaves the page."
      />
      {unreached && <Problem problem={unreached} retry={() => void refetch()} />}
      {error instanceof ClinicError && (
        <ProblemList
          problems={error.problems}
          text="The clinic's table in this browser cannot be used. Forget it, then open the file that you saved last."
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

/** The charts whose records can still be rebuilt. */
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
