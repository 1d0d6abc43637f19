// Taking back a record that was attested here and is not on the registry.
import { toField } from "../../../../circuits/statement/encoding/field.ts";
import { withoutRecord } from "../../../clinic/roster/roster.ts";
import { useRoster } from "../roster/session.tsx";
import { useDesk } from "./desk.tsx";
import type { Entry } from "./entry.ts";

/** How to take one back. Its file never left this page, so nobody can have used it: the wallet is free again. */
export function useTakeBack(): (entry: Entry) => Promise<void> {
  const { change } = useRoster();
  const { dispatch } = useDesk();
  return async ({ id, attested }) => {
    const commitment = toField(attested!.commitment);
    await change((roster) => ({ roster: withoutRecord(roster, commitment), result: undefined }));
    dispatch({ kind: "attest", id, attested: undefined });
  };
}
