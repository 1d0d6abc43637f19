import { Anchor, Stack } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "wouter";
import { SPONSOR_SITE } from "../../../../circuits/statement/exchange/delegation.ts";
import { useTrialData } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { StaffSection } from "../../site/data/StaffSection.tsx";
import { sameAddress } from "../words.ts";
import { Completeness } from "./Completeness.tsx";
import { Corrections } from "./Corrections.tsx";
import { Cuts } from "./Cuts.tsx";
import { NewCut } from "./NewCut.tsx";
import { OpeningProvider } from "./opening.tsx";

/** A trial's data: how complete they are, cuts of them, requests to open those, and what was opened. */
export default function DataPage({ protocolNumber }: { protocolNumber: string }) {
  const { address } = useActor();
  const { data, error, isPending, refetch } = useTrialData(protocolNumber);
  return (
    <>
      <div>
        <Anchor component={Link} href={`/trial/${encodeURIComponent(protocolNumber)}`} size="sm">
          <IconArrowLeft size={14} aria-hidden /> The trial
        </Anchor>
      </div>
      <PageHead
        title={`Data of ${protocolNumber}`}
        text="You hold no data until custodians release them: seal a cut of those whose consent covers it, ask in public to open it, and fetch within a day."
      />
      {isPending && <Loading what="the data's standing" h={320} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data && (
        <Stack gap="xl">
          <Completeness data={data} />
          {data.custodians.length > 0 && (
            <OpeningProvider>
              <NewCut data={data} />
              <Cuts data={data} />
              <Corrections data={data} />
              <StaffSection
                data={data}
                siteId={SPONSOR_SITE}
                isSigner={sameAddress(data.trial.sponsor, address)}
              />
            </OpeningProvider>
          )}
        </Stack>
      )}
    </>
  );
}
