// Contracts of a deployment for an ethers provider or signer, and their refusals as Refusal. Runs
// in browsers.
import {
  type BaseContract,
  Contract,
  type ContractEvent,
  type ContractMethod,
  type ContractRunner,
  Interface,
} from "ethers";
import { isRefusalCode, Refusal, type RefusalCode } from "../circuits/statement/refusal.ts";
import { ABI } from "./generated/abi.ts";

export type Connectable = keyof typeof ABI;
type NameOf<Kind extends string, Line> = Line extends `${Kind} ${infer Name}(${string}`
  ? Name
  : never;
type Lines<Name extends Connectable> = (typeof ABI)[Name][number];

/** A contract whose functions are known by name; arguments and results are as ethers has them. */
type Connected<Name extends Connectable> = BaseContract & {
  readonly [F in NameOf<"function", Lines<Name>>]: ContractMethod;
} & { readonly filters: { readonly [E in NameOf<"event", Lines<Name>>]: ContractEvent } };

export type Contracts = {
  readonly forwarder: Connected<"ERC2771Forwarder">;
  readonly accreditation: Connected<"Accreditation">;
  readonly circuits: Connected<"CircuitRegistry">;
  readonly records: Connected<"RecordRegistry">;
  readonly trials: Connected<"TrialRegistry">;
  readonly screening: Connected<"Screening">;
  readonly enrollment: Connected<"Enrollment">;
  readonly staff: Connected<"StaffRegistry">;
  readonly deposits: Connected<"DepositLog">;
  readonly cuts: Connected<"CutRegistry">;
  readonly custody: Connected<"CustodyLog">;
  readonly emergency: Connected<"EmergencyAccess">;
  readonly tags: Connected<"PersonTags">;
  readonly semaphore: Connected<"Semaphore">;
};

/** The interface of a contract: encodes calls, parses logs. */
export function interfaceOf(name: Connectable): Interface {
  interfaces[name] ??= new Interface(ABI[name]);
  return interfaces[name];
}
const interfaces: Partial<Record<Connectable, Interface>> = {};

/** All contracts of a deployment. The runner is a provider (read) or a signer (write). */
export function connect(
  { addresses }: { readonly addresses: Readonly<Record<Connectable, string>> },
  runner: ContractRunner,
): Contracts {
  const at = <Name extends Connectable>(name: Name) =>
    new Contract(addresses[name], interfaceOf(name), runner) as unknown as Connected<Name>;
  return {
    forwarder: at("ERC2771Forwarder"),
    accreditation: at("Accreditation"),
    circuits: at("CircuitRegistry"),
    records: at("RecordRegistry"),
    trials: at("TrialRegistry"),
    screening: at("Screening"),
    enrollment: at("Enrollment"),
    staff: at("StaffRegistry"),
    deposits: at("DepositLog"),
    cuts: at("CutRegistry"),
    custody: at("CustodyLog"),
    emergency: at("EmergencyAccess"),
    tags: at("PersonTags"),
    semaphore: at("Semaphore"),
  };
}

/** Refusals of the libraries beneath, under the project's names. */
const FOREIGN: Readonly<Record<string, RefusalCode>> = {
  WrongSiblingNodes: "WrongSiblings",
  LeafGreaterThanSnarkScalarField: "NotInField",
  LeafAlreadyExists: "AlreadyAnchored",
  OwnableUnauthorizedAccount: "NotGovernance",
  ERC2771ForwarderInvalidSigner: "InvalidSignature",
  ERC2771ForwarderExpiredRequest: "DeadlinePassed",
};

/**
 * The contract's refusal in an error of ethers, or in raw revert data; undefined for anything else
 * (a bug, a lost node). Details are the error's parameters: public values.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  const data = typeof error === "string" ? error : revertData(error);
  if (data === undefined) return undefined;
  for (const name of Object.keys(ABI) as Connectable[]) {
    const parsed = interfaceOf(name).parseError(data);
    if (parsed === null) continue;
    const code = FOREIGN[parsed.name] ?? parsed.name;
    if (!isRefusalCode(code)) return undefined;
    const details = parsed.fragment.inputs.map((input, i) => [input.name, parsed.args[i]]);
    return new Refusal(code, Object.fromEntries(details));
  }
  return undefined;
}

/** Looks for revert data where ethers and nodes put it. */
function revertData(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  const { data, error: inner, info, cause } = error as Record<string, unknown>;
  if (typeof data === "string" && /^0x[0-9a-f]{8}/i.test(data)) return data;
  for (const nested of [data, inner, info, cause]) {
    const found = revertData(nested, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
