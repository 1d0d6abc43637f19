import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "wouter";
import { fromFault } from "../../prover/messages.ts";
import { Loading } from "../../shared/Loading.tsx";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { Sorry } from "../Sorry.tsx";
import { Accesses } from "./Accesses.tsx";
import { DueSection } from "./DueSection.tsx";
import { Notices } from "./Notices.tsx";
import { OwnDataProvider, useOwnData } from "./ownData.tsx";
import { Packages } from "./Packages.tsx";
import type { OwnData } from "./worker/overview.ts";
import { YourRights } from "./YourRights.tsx";

/** Your data in one study: what was sent, what is due, who opened it, and what you can do about it. */
export default function DataPage({ protocolNumber }: { protocolNumber: string }) {
  return (
    <OwnDataProvider>
      <Page protocolNumber={protocolNumber} />
    </OwnDataProvider>
  );
}

function Page({ protocolNumber }: { protocolNumber: string }) {
  const { data, error, isPending, refetch } = useOwnData(protocolNumber);
  return (
    <>
      <Anchor component={Link} href={`/trials/${encodeURIComponent(protocolNumber)}`} size="sm">
        <IconArrowLeft size={14} aria-hidden /> {t("The study")}
      </Anchor>
      <PageHead
        title={t("Your data")}
        text={t(
          "What the study {{protocolNumber}} has of you. It is sealed: only you can open it, and the sponsor when it asked in public and your consent covers it at that moment.",
          { protocolNumber },
        )}
      />
      {isPending && <Loading what={t("your data")} h={320} />}
      {error && <Sorry problem={error} retry={() => void refetch()} />}
      {data && <Own data={data} protocolNumber={protocolNumber} />}
    </>
  );
}

function Own(props: { data: OwnData; protocolNumber: string }) {
  const { arrivedAt, textProblem, custodians, granted } = props.data;
  if (custodians === 0)
    return <Text>{t("This study collects no data through the exchange.")}</Text>;
  return (
    <Stack gap="xl">
      {textProblem && <Sorry problem={fromFault(textProblem)} />}
      {arrivedAt === undefined && granted !== undefined && (
        <Alert color="blue" title={t("Nothing is due yet")}>
          {t("Collecting begins once you have come to the site.")}
        </Alert>
      )}
      <Notices {...props} />
      <DueSection {...props} />
      <Accesses {...props} />
      <Packages {...props} />
      <YourRights {...props} />
    </Stack>
  );
}
