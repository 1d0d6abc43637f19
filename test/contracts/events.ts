// What a transaction told the world, in order.
import type { ParamType } from "ethers";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";

const OURS: readonly Connectable[] = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Screening",
  "Enrollment",
  "StaffRegistry",
  "DepositLog",
  "CutRegistry",
  "CustodyLog",
  "EmergencyAccess",
  "PersonTags",
];
type Log = { readonly topics: readonly string[]; readonly data: string };
type Sent = { wait(): Promise<{ logs: readonly Log[] } | null> };
export type Told = readonly [name: string, args: Record<string, unknown>];

/** Our contracts' events of a transaction, with their arguments by name. */
export async function told(sending: Promise<unknown>): Promise<Told[]> {
  const receipt = await ((await sending) as Sent).wait();
  return receipt!.logs.flatMap((log) => {
    for (const contract of OURS) {
      const event = interfaceOf(contract).parseLog(log);
      if (event) return [[event.name, named(event.args, event.fragment.inputs)] as const];
    }
    return [];
  });
}

function plain(value: unknown, type: ParamType): unknown {
  const { components, arrayChildren } = type;
  if (components) return named(value as readonly unknown[], components);
  if (arrayChildren) return [...(value as unknown[])].map((part) => plain(part, arrayChildren));
  return value;
}

function named(values: readonly unknown[], types: readonly ParamType[]): Record<string, unknown> {
  return Object.fromEntries(types.map((type, i) => [type.name, plain(values[i], type)]));
}
