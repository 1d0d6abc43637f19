// The exchange of data under current consent, as its contracts log it: staff, batches of deposits,
// cuts, requests, custodians' acts, emergency cases. What the public entries and the receipts add is
// checked after the replay (exchangeEntries.ts, exchangeReceipts.ts).
import { solidityPackedKeccak256 } from "ethers";
import type { Connectable } from "../../../contracts/connect.ts";
import { custodyHandlers } from "./exchangeCustody.ts";
import { cutHandlers } from "./exchangeCuts.ts";
import { emergencyHandlers } from "./exchangeEmergency.ts";
import { staffHandlers } from "./exchangeStaff.ts";
import { type ExchangeState, emptyExchange } from "./exchangeState.ts";
import { expectTags, settleTags, tagHandlers } from "./exchangeTags.ts";
import { type Capability, due, type Expectation } from "./handler.ts";

const CONTRACTS = [
  "StaffRegistry",
  "DepositLog",
  "CutRegistry",
  "CustodyLog",
  "EmergencyAccess",
  "PersonTags",
] as const satisfies readonly Connectable[];

export const exchange = {
  handlers: {
    ...staffHandlers,
    ...cutHandlers,
    ...custodyHandlers,
    ...emergencyHandlers,
    ...tagHandlers,
  },
  begin: () => ({ exchange: emptyExchange() }),
  expectations: ({ exchange: state }, { addresses }) => [
    ...CONTRACTS.map((name) => due(name, "trustedForwarder", [], [addresses.ERC2771Forwarder])),
    due("StaffRegistry", "trials", [], [addresses.TrialRegistry]),
    due("CutRegistry", "enrollment", [], [addresses.Enrollment]),
    due("CutRegistry", "trials", [], [addresses.TrialRegistry]),
    due("CutRegistry", "staff", [], [addresses.StaffRegistry]),
    due("CustodyLog", "enrollment", [], [addresses.Enrollment]),
    due("CustodyLog", "screening", [], [addresses.Screening]),
    due("CustodyLog", "cuts", [], [addresses.CutRegistry]),
    due("CustodyLog", "staff", [], [addresses.StaffRegistry]),
    due("EmergencyAccess", "enrollment", [], [addresses.Enrollment]),
    due("EmergencyAccess", "trials", [], [addresses.TrialRegistry]),
    due("PersonTags", "enrollment", [], [addresses.Enrollment]),
    due("PersonTags", "staff", [], [addresses.StaffRegistry]),
    ...staffAndDeposits(state),
    ...cutsAndCases(state),
    ...erased(state),
    ...expectTags(state),
  ],
  settle: settleTags,
} satisfies Capability<"exchange">;

function staffAndDeposits({ staff, revoked, batches, operators }: ExchangeState): Expectation[] {
  return [
    ...[...staff].map(([key, terms]) => {
      const [trialId, siteId, account] = key.split(" ");
      const last = terms.at(-1)!;
      const words = [last.by, last.tasks, last.from, last.until];
      const none = ["0x0000000000000000000000000000000000000000", 0, 0, 0];
      const answer = last.ended === undefined ? words : none;
      return due("StaffRegistry", "staffOf", [trialId, Number(siteId), account], [answer]);
    }),
    ...[...revoked].map((key) => {
      const [trialId, siteId, account] = key.split(" ");
      return due("StaffRegistry", "isRevoked", [trialId, Number(siteId), account], [true]);
    }),
    due("DepositLog", "batches", [], [BigInt(batches.size)]),
    ...[...operators].flatMap(([operator, own]) => [
      due("DepositLog", "batchesOf", [operator], [own.batches]),
      due("DepositLog", "entriesOf", [operator], [own.entries]),
    ]),
    ...[...batches].map(([root, { anchoredAt }]) =>
      due("DepositLog", "anchoredAt", [root], [BigInt(anchoredAt)]),
    ),
  ];
}

function cutsAndCases({ numbered, cases, openCases, cuts }: ExchangeState): Expectation[] {
  return [
    due("CutRegistry", "cuts", [], [numbered.cuts]),
    due("CutRegistry", "requests", [], [numbered.requests]),
    ...[...cuts.values()].map((cut) => {
      const { trialId, packagesRoot, permission, packages, sealedAt, pseudonyms } = cut;
      const counts = [permission, pseudonyms.size, packages, sealedAt];
      const words = [trialId, packagesRoot, ...counts, hashPseudonyms(pseudonyms)];
      return due("CutRegistry", "cutOf", [cut.cutId], [words]);
    }),
    ...[...cases.values()].map((one) => {
      const { clinician, openedAt, closedAt, trialId, pseudonym, recipientKey } = one;
      const words = [clinician, openedAt, closedAt !== undefined, trialId, pseudonym, recipientKey];
      return due("EmergencyAccess", "caseOf", [one.caseId], [words]);
    }),
    ...[...openCases].map(([clinician, open]) =>
      due("EmergencyAccess", "openCasesOf", [clinician], [open]),
    ),
  ];
}

function erased({ erasures, receiptRoots }: ExchangeState): Expectation[] {
  const lasts = new Map(receiptRoots.map(({ custodian, last }) => [custodian, last]));
  const numbers = [...lasts].map(([custodian, last]) =>
    due("CustodyLog", "lastReceiptOf", [custodian], [last]),
  );
  const asked = [...erasures].flatMap(([key, { askedAt, destroyed }]) => {
    const [trialId, pseudonym] = key.split(" ");
    return [
      due("CustodyLog", "erasureAskedAt", [trialId, pseudonym], [BigInt(askedAt)]),
      ...[...destroyed.keys()].map((custodian) =>
        due("CustodyLog", "isDestroyed", [trialId, pseudonym, custodian], [true]),
      ),
    ];
  });
  return [...numbers, ...asked];
}

/** As CutRegistry.sol keeps them: keccak256 of the pseudonyms one after another. */
function hashPseudonyms(pseudonyms: ReadonlySet<bigint>): string {
  return solidityPackedKeccak256(["uint256[]"], [[...pseudonyms]]);
}
