// Accounts that the form offers: accredited boards and custodians, and the sites' keys of a development exchange.
import { useQuery } from "@tanstack/react-query";
import { computeAddress } from "ethers";
import { useDevelopmentKeys } from "../shared/account.tsx";
import { useApi } from "../shared/exchange.tsx";
import { shorten } from "../shared/format.ts";

type Option = { readonly value: string; readonly label: string };

/** Who is accredited in a role, by name. */
function useAccredited(wanted: "board" | "custodian"): Option[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["accreditations"],
    queryFn: () => api.accreditations(),
  });
  return (data ?? [])
    .filter(({ role, active }) => role === wanted && active)
    .map(({ account, name }) => ({ value: account, label: `${name} (${shorten(account)})` }));
}

export const useBoards = (): Option[] => useAccredited("board");
export const useCustodians = (): Option[] => useAccredited("custodian");

export function useSiteKeys(): Option[] {
  const { data = {} } = useDevelopmentKeys();
  return Object.entries(data)
    .filter(([name]) => name.startsWith("site"))
    .map(([name, key]) => ({ value: computeAddress(key), label: name }));
}
