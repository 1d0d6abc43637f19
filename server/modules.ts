// The capabilities of this server.
import { accreditation } from "./accreditation/module.ts";
import { exchange } from "./exchange/module.ts";
import { handover } from "./handover/module.ts";
import type { Module } from "./module.ts";
import { participation } from "./participation/module.ts";
import { records } from "./records/module.ts";
import { trials } from "./trials/module.ts";

export const modules: readonly Module[] = [
  accreditation,
  trials,
  records,
  participation,
  handover,
  exchange,
];
