import { useQuery, useQueryClient } from "@tanstack/react-query";
import { dayOfTimestamp, formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { allowanceOf } from "../../../clinic/registry/allowance.ts";
import { type ClinicLeaf, listClinicLeaves } from "../../../clinic/registry/leaves.ts";
import { useActor } from "../../shared/account.tsx";
import { formatCount, formatDate, shorten } from "../../shared/format.ts";

/** Everything this clinic ever put on the registry. The registry's events are downloaded whole. */
export function useClinicLeaves() {
  const { api, address } = useActor();
  return useQuery({
    queryKey: ["clinic-leaves", address],
    queryFn: async () => listClinicLeaves(await api.events(), address),
  });
}

/** What this clinic may still do today. */
export function useAllowance() {
  const { api, address } = useActor();
  return useQuery({
    queryKey: ["registry", "allowance", address],
    queryFn: async () => {
      const [registry, events, { chainTime: now }] = await Promise.all([
        api.recordsState(),
        api.events(),
        api.deployment(),
      ]);
      return allowanceOf({ registry, events, clinic: address, now }) ?? null;
    },
  });
}

/** Reads the registry again, after an act. */
export function useRegistryRefresh() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ["clinic-leaves"] });
    void queries.invalidateQueries({ queryKey: ["registry"] });
  };
}

/** "Batch of 12, 24 Nov 2026 (123456…7890)". */
export function leafWords({ batchRoot, kind, size, anchoredAt }: ClinicLeaf): string {
  const what = kind === "batch" ? `Batch of ${formatCount(size)}` : "Single record";
  return `${what}, ${formatDate(formatDay(dayOfTimestamp(anchoredAt)))} (${shorten(batchRoot)})`;
}
