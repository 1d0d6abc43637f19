// What the operator's commands need of the server's environment: all but its secrets.
import { computeAddress } from "ethers";
import { type OperatorConfig, readOperatorConfig } from "../config.ts";

export type Settings = Omit<OperatorConfig, "RELAYER_KEY"> & {
  /** Whose balance counts; undefined where the key is not in the environment. */
  readonly relayer: string | undefined;
};

/** Reads them. Throws an Error naming what is wrong. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { RELAYER_KEY: key, ...rest } = readOperatorConfig(environment);
  return { ...rest, relayer: key === undefined ? undefined : computeAddress(key).toLowerCase() };
}
