import { useQuery } from "@tanstack/react-query";
import { useActor } from "../../shared/account.tsx";

/** The name under which governance accredited this clinic; undefined when it has not. */
export function useClinicName() {
  const { api, address } = useActor();
  return useQuery({
    queryKey: ["clinic-name", address],
    queryFn: async () => {
      const own = (await api.accreditations()).find(
        ({ role, active, account }) =>
          role === "clinic" && active && account === address.toLowerCase(),
      );
      return own?.name ?? "";
    },
  });
}
