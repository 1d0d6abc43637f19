import { Badge, Stack, Tooltip } from "@mantine/core";
import { IconBroadcast, IconRefresh } from "@tabler/icons-react";
import { Halts } from "../../board/Halts.tsx";
import { useActor } from "../../shared/account.tsx";
import { useDeployment } from "../../shared/exchange.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { SectionLinks } from "../../shared/SectionLinks.tsx";
import { StatusBadge } from "../../shared/trialStatus.tsx";
import { titleOf } from "../document.ts";
import { type Liveness, useLiveTrial, useOpinions, useRecruitment } from "../useRecruiting.ts";
import { boardWords, sameAddress } from "../words.ts";
import { BoardSaid } from "./BoardSaid.tsx";
import { Overview } from "./Overview.tsx";
import { Participants } from "./Participants.tsx";
import { Versions } from "./Versions.tsx";

type Props = { readonly protocolNumber: string; readonly tab: string };

export default function TrialPage({ protocolNumber, tab }: Props) {
  const actor = useActor();
  const { data, error, refetch } = useRecruitment(protocolNumber);
  const { data: deployment } = useDeployment();
  const { data: opinions = [] } = useOpinions(protocolNumber);
  const liveness = useLiveTrial(protocolNumber, data?.trialId);
  const here = `/trial/${encodeURIComponent(protocolNumber)}`;
  if (error) {
    return (
      <>
        <PageHead title={protocolNumber} />
        <Problem problem={error} retry={() => void refetch()} />
      </>
    );
  }
  const isOurs = data !== undefined && sameAddress(data.sponsor, actor.address);
  return (
    <>
      <PageHead
        title={protocolNumber}
        text={data && <span className="breakable">{titleOf(data)}</span>}
        actions={
          data && (
            <>
              <StatusBadge status={data.status} />
              {deployment && (
                <Badge variant="default">
                  {boardWords(data, { chainTime: deployment.chainTime, opinions })}
                </Badge>
              )}
              <Live liveness={liveness} />
            </>
          )
        }
      />
      <Stack>
        <SectionLinks
          label="Parts of the trial"
          sections={[
            { path: here, name: "Overview" },
            { path: `${here}/participants`, name: "Participants" },
            { path: `${here}/versions`, name: "Versions" },
            { path: `${here}/data`, name: "Data" },
          ]}
        />
        {data && <Halts of={data} />}
        {data === undefined && <Loading what="the trial" h={320} />}
        {data && !isOurs && (
          <Problem
            problem={new Error("this trial belongs to another sponsor: you can only look")}
          />
        )}
        {data && tab !== "participants" && <BoardSaid trial={data} />}
        {data && tab === "participants" && <Participants trial={data} />}
        {data && tab === "versions" && <Versions trial={data} />}
        {data && !["participants", "versions"].includes(tab) && <Overview trial={data} />}
      </Stack>
    </>
  );
}

const LIVE = {
  connecting: ["Connecting", "Asking the exchange for news of this trial."],
  live: ["Live", "The exchange sends news of this trial as the chain records it."],
  asking: ["Every few seconds", "The live connection was lost. The page asks again by itself."],
} as const;

/** Whether what is shown follows the chain by itself. */
function Live({ liveness }: { liveness: Liveness }) {
  const [words, text] = LIVE[liveness];
  const Icon = liveness === "live" ? IconBroadcast : IconRefresh;
  return (
    <Tooltip label={text}>
      <Badge
        color={liveness === "live" ? "green" : "gray"}
        leftSection={<Icon size={14} aria-hidden />}
        tabIndex={0}
        role="status"
      >
        {words}
      </Badge>
    </Tooltip>
  );
}
