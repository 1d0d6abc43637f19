import { Stack, Title } from "@mantine/core";
import { t } from "../../shared/language.ts";
import { Download } from "./rights/Download.tsx";
import { Emergencies } from "./rights/Emergencies.tsx";
import { Erase } from "./rights/Erase.tsx";
import { StopCollecting } from "./rights/StopCollecting.tsx";
import { StopReleasing } from "./rights/StopReleasing.tsx";
import type { OwnData } from "./worker/overview.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** Stop collecting, stop releasing, erase: three acts, each by itself. And take everything along. */
export function YourRights(props: Props) {
  return (
    <section aria-labelledby="rights">
      <Title order={2} size="h4" mb="sm" id="rights">
        {t("What you can do")}
      </Title>
      <Stack gap="sm">
        <StopCollecting {...props} />
        <StopReleasing {...props} />
        <Erase {...props} />
        <Emergencies {...props} />
        <Download {...props} />
      </Stack>
    </section>
  );
}
