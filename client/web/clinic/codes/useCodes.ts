import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createStore, del, get, update } from "idb-keyval";
import { useMemo } from "react";
import {
  type CodeTable,
  classifierOf,
  EMPTY_TABLE,
  parseTable,
} from "../../../clinic/codes/codeTable.ts";
import { ClinicError } from "../../../clinic/problem.ts";
import { useActor } from "../../shared/account.tsx";

const store = createStore("cohort-zero-clinic", "codes");
const WHERE = "the table kept in this browser";

type Kept = {
  readonly table: CodeTable;
  /** False where the browser stores nothing: then the table lasts as long as the page does. */
  readonly isStored: boolean;
};

/**
 * The signed-in clinic's table of codes. Kept in this browser over a reload: it is about codes, not about patients.
 * `error` holds what is wrong with what was kept.
 */
export function useCodes() {
  const { address } = useActor();
  const queries = useQueryClient();
  const queryKey = ["clinic-codes", address];
  const { data, error } = useQuery({
    queryKey,
    queryFn: () => readKept(address),
    networkMode: "always",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const classifier = useMemo(() => data && classifierOf(data.table), [data]);
  /** Changes what is kept now, which another tab may have changed meanwhile. */
  const change = async (act: (before: CodeTable) => CodeTable) => {
    queries.setQueryData(queryKey, await changeKept(address, act, data?.table ?? EMPTY_TABLE));
  };
  const forget = async () => {
    await del(address, store).catch(() => {});
    queries.setQueryData(queryKey, { table: EMPTY_TABLE, isStored: true });
    await queries.invalidateQueries({ queryKey });
  };
  return {
    table: data?.table,
    isStored: data?.isStored ?? true,
    classifier,
    error,
    change,
    forget,
  };
}

async function readKept(address: string): Promise<Kept> {
  let kept: unknown;
  try {
    kept = await get(address, store);
  } catch {
    return { table: EMPTY_TABLE, isStored: false };
  }
  return { table: kept === undefined ? EMPTY_TABLE : parseTable(kept, WHERE), isStored: true };
}

async function changeKept(
  address: string,
  act: (before: CodeTable) => CodeTable,
  shown: CodeTable,
): Promise<Kept> {
  let table = EMPTY_TABLE;
  try {
    await update<unknown>(
      address,
      (kept) => {
        table = act(kept === undefined ? EMPTY_TABLE : parseTable(kept, WHERE));
        return table;
      },
      store,
    );
    return { table, isStored: true };
  } catch (error) {
    if (error instanceof ClinicError) throw error;
    return { table: act(shown), isStored: false };
  }
}
