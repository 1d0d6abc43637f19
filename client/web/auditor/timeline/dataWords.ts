// What each event of the exchange of research data says, in words, and who did it.
import {
  IconAmbulance,
  IconDatabaseExport,
  IconFileCheck,
  IconFileText,
  IconGavel,
  IconKey,
  IconPackage,
  IconShieldCheck,
  IconSignature,
  IconTrash,
  IconUserCheck,
  type TablerIcon,
} from "@tabler/icons-react";
import type { AuditEvent } from "../../../api/event.ts";
import { formatCounted, formatTime, shorten } from "../../shared/format.ts";

type Arguments = AuditEvent["arguments"];
export type Words = {
  /** What kind of event, for the filter. */
  readonly kind: string;
  readonly icon: TablerIcon;
  readonly says: (of: Arguments) => string;
  readonly by: (of: Arguments) => string;
};

const who = (role: string, address: string | undefined) =>
  address === undefined ? role : `${role} ${shorten(address)}`;
const participant = ({ pseudonym }: Arguments) => `participant ${shorten(pseudonym ?? "")}`;
const delegator = ({ siteId, by }: Arguments) =>
  siteId === "0" ? who("sponsor", by) : who(`site ${siteId ?? "?"}`, by);

const erasure = (how: string, by: (of: Arguments) => string): Words => ({
  kind: "Erasure",
  icon: IconTrash,
  says: (of) => `${how}: the keys to the data of ${participant(of)} are to be destroyed`,
  by,
});

/** By the event's name. */
export const DATA_WORDS: Readonly<Record<string, Words>> = {
  Delegated: {
    kind: "Staff",
    icon: IconSignature,
    says: ({ key }) => `Tasks were delegated to ${shorten(key ?? "")}`,
    by: delegator,
  },
  DelegationRevoked: {
    kind: "Staff",
    icon: IconSignature,
    says: ({ key }) => `The delegation of ${shorten(key ?? "")} was ended`,
    by: delegator,
  },
  DepositsAnchored: {
    kind: "Deposits",
    icon: IconPackage,
    says: ({ count }) =>
      `A batch of ${formatCounted(Number(count), "public entry", "public entries")} was put on the chain`,
    by: ({ operator }) => who("operator", operator),
  },
  Sealed: {
    kind: "Cut",
    icon: IconFileText,
    says: ({ cutId, packages }) =>
      `Cut ${cutId} was sealed: ${formatCounted(Number(packages), "package")}`,
    by: ({ by }) => who("sponsor", by),
  },
  Requested: {
    kind: "Request",
    icon: IconDatabaseExport,
    says: ({ requestId, cutId, until }) =>
      `Request ${requestId} asked to open cut ${cutId} until ${formatTime(Number(until ?? 0))}`,
    by: ({ staff }) => who("sponsor", staff),
  },
  GlassBroken: {
    kind: "Emergency",
    icon: IconAmbulance,
    says: (of) => `Case ${of.caseId}: data of ${participant(of)} were asked for in an emergency`,
    by: ({ clinician }) => who("clinician", clinician),
  },
  CaseClosed: {
    kind: "Emergency",
    icon: IconGavel,
    says: ({ caseId }) => `The board looked into case ${caseId} and closed it`,
    by: ({ by }) => who("ethics board", by),
  },
  ReceiptsAnchored: {
    kind: "Receipts",
    icon: IconShieldCheck,
    says: ({ last }) => `A custodian anchored its receipts up to number ${last}`,
    by: ({ custodian }) => who("custodian", custodian),
  },
  ErasureByProof: erasure("By proof", participant),
  ErasureByCode: erasure("By the printed code", participant),
  ErasureBySite: erasure("By the site", ({ siteId, key }) => who(`site ${siteId ?? "?"}`, key)),
  KeyDestroyed: {
    kind: "Erasure",
    icon: IconKey,
    says: (of) => `A custodian destroyed its key of ${participant(of)}`,
    by: ({ custodian }) => who("custodian", custodian),
  },
  CopyPurged: {
    kind: "Copy destroyed",
    icon: IconTrash,
    says: ({ requestId }) => `What request ${requestId} opened was declared destroyed`,
    by: ({ by }) => who("sponsor", by),
  },
  DatasetAnchored: {
    kind: "Dataset",
    icon: IconFileCheck,
    says: ({ requestId }) => `A dataset made of what request ${requestId} opened was anchored`,
    by: ({ by }) => who("sponsor", by),
  },
  CorrectionAcknowledged: {
    kind: "Correction",
    icon: IconUserCheck,
    says: ({ requestId }) => `A correction was taken note of, for what request ${requestId} opened`,
    by: ({ by }) => who("sponsor", by),
  },
  PersonTagged: {
    kind: "Person's tag",
    icon: IconUserCheck,
    says: (of) => `The desk registered the tag of ${participant(of)}`,
    by: () => "the site",
  },
};
