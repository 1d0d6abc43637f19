// Data of participants: deposits and their packages, cuts and requests, custody, emergencies, delegations.
import { board, custodian, emergencyClinician } from "../accreditation/roles.ts";
import type { Module } from "../module.ts";
import { anyone } from "../schema/relayRights.ts";
import { backups } from "./backups.ts";
import { staffOfCut, staffOfTrial } from "./callers.ts";
import { askCustodian, listCustodians } from "./custodians.ts";
import { sendEntries } from "./deposits/stateRoute.ts";
import { events } from "./events.ts";
import { sendPackage, takePackage } from "./packages/routes.ts";
import { exchangeFields } from "./schema.ts";
import { exchangeGauges, readExchangeStanding } from "./standing.ts";
import {
  acknowledgements,
  anchors,
  caseClosures,
  cutRequests,
  cuts,
  datasetAnchors,
  delegations,
  destroyedKeys,
  emergencyCases,
  erasures,
  personTags,
  purges,
  receiptRoots,
} from "./tables.ts";
import { sendText } from "./texts.ts";
import { startUpkeep } from "./upkeep.ts";

export const exchange: Module = {
  name: "exchange",
  contracts: [
    "StaffRegistry",
    "DepositLog",
    "CutRegistry",
    "CustodyLog",
    "EmergencyAccess",
    "PersonTags",
  ],
  tables: [
    ...[anchors, cuts, cutRequests, purges, acknowledgements, datasetAnchors, receiptRoots],
    ...[emergencyCases, caseClosures, erasures, destroyedKeys, delegations, personTags],
  ],
  events,
  schema: exchangeFields,
  backups,
  routes: {
    GET: {
      "/state/exchange/": sendEntries,
      "/packages/": sendPackage,
      "/exchange/texts/": sendText,
      "/exchange/custodians": listCustodians,
    },
    POST: { "/custodians/": askCustodian },
    PUT: { "/packages/": takePackage },
  },
  work: startUpkeep,
  standing: readExchangeStanding,
  gauges: ({ db }) => exchangeGauges(db),
  relayRights: {
    // The relayer's own: nobody else anchors in its name.
    DepositLog: {},
    // What counts is the signature inside; without a session: submitStaffAct.
    StaffRegistry: { delegate: [anyone], revoke: [anyone] },
    CutRegistry: { seal: [staffOfTrial], request: [staffOfCut] },
    CustodyLog: {
      anchorReceipts: [custodian],
      destroyed: [custodian],
      purged: [staffOfCut],
      acknowledge: [staffOfCut],
      anchorDataset: [staffOfCut],
    },
    PersonTags: { register: [anyone] },
    EmergencyAccess: { breakGlass: [emergencyClinician], closeCase: [board] },
  },
};
