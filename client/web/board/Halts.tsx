import { Alert, List } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { TrialSummary } from "../../api/trial.ts";
import { haltsOf } from "../../trial/halts.ts";
import { useApi } from "../shared/exchange.tsx";

/** Why a trial is halted whatever its sponsor and board do, if anything halts it. */
export function Halts({ of }: { of: Pick<TrialSummary, "held" | "sponsor" | "board"> }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["accreditations"],
    queryFn: () => api.accreditations(),
  });
  const halts = data === undefined ? [] : haltsOf(of, data);
  if (halts.length === 0) return null;
  return (
    <Alert color="red" icon={<IconHandStop aria-hidden />} title="The trial is stopped">
      <List size="sm">
        {halts.map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
