import { Anchor, Stack } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "wouter";
import { TASKS } from "../../../../circuits/statement/exchange/delegation.ts";
import { isStaffAt, staffLog } from "../../../exchange/staff.ts";
import { type TrialData, useTrialData } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { FormsSection } from "./FormsSection.tsx";
import { PeopleSection } from "./PeopleSection.tsx";
import { StaffSection } from "./StaffSection.tsx";
import type { SitePlace } from "./useSite.ts";
import { VisitsSection } from "./VisitsSection.tsx";
import type { Rights } from "./visits.ts";
import { dataTitle, sitePath } from "./words.ts";

const FORMS =
  "What is due for each participant, and what is missing. A form is sealed on this device, for the custodians and for the participant: nobody else reads it, the exchange neither.";
const DESK = "Who signs at this site's desk besides its own account, from when until when.";

/** A site's data: visits due and missed, their forms, and who may fill them. */
export default function DataPage(place: SitePlace) {
  const { data, error, isPending, refetch } = useTrialData(place.protocolNumber);
  const { address } = useActor();
  const rights = data && rightsOf(data, place.siteId, address);
  const hasData = data === undefined || data.custodians.length > 0;
  return (
    <>
      <Anchor component={Link} href={sitePath(place)} size="sm" className="no-print">
        <IconArrowLeft size={14} aria-hidden /> The site
      </Anchor>
      <PageHead title={dataTitle({ hasData })} text={hasData ? FORMS : DESK} />
      {isPending && <Loading what="the visits" h={320} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data && rights && (
        <Stack gap="xl">
          {hasData && (
            <>
              <div className="no-print">
                <VisitsSection data={data} place={place} rights={rights} />
              </div>
              <FormsSection data={data} siteId={place.siteId} />
              <PeopleSection data={data} siteId={place.siteId} rights={rights} />
            </>
          )}
          <StaffSection data={data} siteId={place.siteId} isSigner={rights.isSigner} />
        </Stack>
      )}
    </>
  );
}

/** What an account may do for a site now, by the version in force and the delegation log. */
function rightsOf(data: TrialData, siteId: number, account: string): Rights {
  const { version, events, trial, deployment } = data;
  const key = account.toLowerCase();
  const signer = version?.terms.sites.find((one) => one.siteId === siteId)?.signer.toLowerCase();
  const isSigner = signer === key;
  const log = staffLog(events, trial.trialId).filter((one) => one.by.toLowerCase() === signer);
  const now = { block: Number.MAX_SAFE_INTEGER, time: deployment.chainTime, slack: 0 };
  const may = (task: number) => isSigner || isStaffAt(log, { siteId, key, task, ...now });
  const mayDeposit = may(TASKS.deposit);
  const mayCorrect = may(TASKS.deposit | TASKS.correct);
  return { isSigner, mayDeposit, mayCorrect, mayErase: may(TASKS.erase) };
}
