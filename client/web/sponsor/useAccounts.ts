// Accounts that the form offers: accredited boards, and the sites' keys of a development exchange.
import { useQuery } from "@tanstack/react-query";
import { computeAddress } from "ethers";
import { useDevelopmentKeys } from "../shared/account.tsx";
import { useApi } from "../shared/exchange.tsx";
import { shorten } from "../shared/format.ts";

type Option = { readonly value: string; readonly label: string };

export function useBoards(): Option[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["accreditations"],
    queryFn: () => api.accreditations(),
  });
  return (data ?? [])
    .filter(({ role, active }) => role === "board" && active)
    .map(({ account, name }) => ({ value: account, label: `${name} (${shorten(account)})` }));
}

export function useSiteKeys(): Option[] {
  const { data = {} } = useDevelopmentKeys();
  return Object.entries(data)
    .filter(([name]) => name.startsWith("site"))
    .map(([name, key]) => ({ value: computeAddress(key), label: name }));
}
