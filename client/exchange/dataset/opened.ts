// What a dataset is made from: packages that were opened and checked, and what the chain says of their cut.
import type { Deposited } from "../../../circuits/statement/exchange/authority.ts";
import type { Payload } from "../../../circuits/statement/exchange/payload.ts";
import type { Bytes32, TrialId } from "../../../circuits/statement/trial/trial.ts";

/** Checks that say that what is inside is what its collection asks for. */
export const FITTING: readonly string[] = ["form", "streams", "proofs"];

/** A package that was opened. */
export type OpenedPackage = {
  readonly deposited: Deposited;
  readonly payload: Payload;
  /** What was verified of it, by name: "authority", "ciphertext", and where it holds one of {@link FITTING}. */
  readonly checks: readonly string[];
};

/** A package of the cut that is not in the dataset: the refusal's code, and who refused. */
export type Omission = {
  readonly entry: Bytes32;
  readonly code: string;
  readonly custodian?: string;
};

/** The cut and the request under which the packages were opened, as the chain has them. */
export type Opening = {
  /** Decimal. */
  readonly chainId: string;
  readonly cutRegistry: string;
  readonly trialId: TrialId;
  readonly protocolNumber: string;
  readonly cut: {
    /** Decimal. */
    readonly cutId: string;
    readonly permission: number;
    /** How many participants were sealed. */
    readonly participants: number;
    readonly packagesRoot: Bytes32;
    /** Unix seconds. */
    readonly sealedAt: number;
    readonly block: number;
  };
  readonly request: {
    /** Decimal. */
    readonly requestId: string;
    /** keccak256 of the purpose in words. */
    readonly purpose: Bytes32;
    readonly purposeText?: string;
    readonly staff: string;
    /** Unix seconds. */
    readonly until: number;
    readonly block: number;
  };
};
