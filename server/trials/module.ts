// Trials, their versions, sites, groups and documents.
import { z } from "zod";
import { hashDocument } from "../../circuits/statement/trial/trial.ts";
import { board, governance, sponsor } from "../accreditation/roles.ts";
import type { Module } from "../module.ts";
import { address, bytes32, time } from "../store/backup.ts";
import { events } from "./events.ts";
import { trialFields } from "./schema.ts";
import { groups, members, opinions, trials as trialsTable, versions } from "./tables.ts";

const document = z
  .strictObject({
    hash: bytes32,
    media_type: z.string(),
    content: z.string(),
    uploaded_by: address,
    created_at: time,
  })
  .refine(({ hash, content }) => hashDocument(content) === hash, "is not what its hash says");

export const trials: Module = {
  name: "trials",
  contracts: ["TrialRegistry"],
  tables: [trialsTable, versions, opinions, groups, members],
  events,
  schema: trialFields,
  backups: { documents: { key: ["hash"], row: document, page: 20 } },
  relayRights: {
    TrialRegistry: {
      register: [sponsor],
      publishVersion: [sponsor],
      close: [sponsor],
      complete: [sponsor],
      approve: [board],
      comment: [board],
      requestChanges: [board],
      reject: [board],
      suspend: [board],
      resume: [board],
      release: [governance],
      changeBoard: [governance],
      hold: [governance],
      lift: [governance],
    },
  },
};
