// Who may act in which role, and the dictionaries in force.
import type { Module } from "../module.ts";
import { anyone } from "../schema/relayRights.ts";
import { events } from "./events.ts";
import { governance } from "./roles.ts";
import { accreditationFields } from "./schema.ts";
import { accreditations, dictionaries } from "./tables.ts";

export const accreditation: Module = {
  name: "accreditation",
  contracts: ["Accreditation", "CircuitRegistry"],
  tables: [accreditations, dictionaries],
  events,
  schema: accreditationFields,
  relayRights: {
    Accreditation: {
      accredit: [governance],
      deaccredit: [governance],
      registerDictionary: [governance],
      transferOwnership: [governance],
      // Of whom governance is handed over to, who has no role before.
      acceptOwnership: [anyone],
    },
    CircuitRegistry: { register: [governance] },
  },
};
