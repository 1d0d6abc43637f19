// Screening, consent and what becomes of participants.
import { board, sponsor } from "../accreditation/roles.ts";
import type { Module } from "../module.ts";
import { site } from "../trials/sites.ts";
import { events } from "./events.ts";
import { trialState } from "./publicState.ts";
import { participationFields } from "./schema.ts";
import { consents, participants, screenings } from "./tables.ts";

export const participation: Module = {
  name: "participation",
  contracts: ["Screening", "Enrollment"],
  tables: [screenings, participants, consents],
  events,
  schema: participationFields,
  publicState: trialState,
  relayRights: {
    Screening: { openGroup: [sponsor, board] },
    Enrollment: {
      enroll: [sponsor],
      // Without a signature of the site's, unlike all else that a site does.
      reportNoShow: [sponsor, site],
    },
  },
};
