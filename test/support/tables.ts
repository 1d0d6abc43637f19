// Every table of the server.
import { accreditations, dictionaries } from "../../server/accreditation/tables.ts";
import {
  acknowledgements,
  anchors,
  caseClosures,
  cutRequests,
  cuts,
  datasetAnchors,
  delegations,
  depositBatches,
  destroyedKeys,
  emergencyCases,
  entries,
  erasures,
  packages,
  personTags,
  purges,
  receiptRoots,
  texts,
} from "../../server/exchange/tables.ts";
import { handovers } from "../../server/handover/tables.ts";
import { outbox, relayers } from "../../server/outbox/tables.ts";
import { consents, participants, screenings } from "../../server/participation/tables.ts";
import { batches, buckets, clinics, leaves, roots } from "../../server/records/tables.ts";
import { nonces, sessions } from "../../server/sessions/tables.ts";
import { blocks, events } from "../../server/store/tables.ts";
import { documents, groups, members, trials, versions } from "../../server/trials/tables.ts";

/** Those that are filled from the chain. */
export const derived = {
  ...{ blocks, events, accreditations, dictionaries, trials, versions, groups, members },
  ...{ screenings, participants, consents, leaves, clinics, roots },
  ...{ anchors, cuts, cutRequests, purges, acknowledgements, receiptRoots, personTags },
  ...{ datasetAnchors },
  ...{ emergencyCases, caseClosures, erasures, destroyedKeys, delegations },
};
/** Those that the chain cannot give back. */
export const own = {
  ...{ batches, buckets, documents, nonces, sessions, outbox, relayers },
  ...{ entries, depositBatches, packages, texts, handovers },
};
