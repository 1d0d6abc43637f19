// `cohort patient`: who asked for one's research data, taking permissions back, having the custodians' keys destroyed.
import type { Command } from "commander";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { LANGUAGE_MARKS } from "../../circuits/statement/trial/formLanguages.ts";
import { PERMISSIONS, type Permission } from "../../circuits/statement/trial/trial.ts";
import { addressOf } from "../actor/actor.ts";
import { localArtifacts } from "../artifacts/artifacts.node.ts";
import { accessesOf, readReceipts } from "../exchange/access.ts";
import { erasureOf, proveErasure, submitErasure } from "../exchange/erase.ts";
import { ownIdentity } from "../exchange/own.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { permissionsOf, proveNarrowing, submitConsent } from "../patient/consent.ts";
import { findSelf } from "../patient/self.ts";
import { type Context, contextOf } from "./context.ts";
import {
  type CustodianFlag,
  type Entries,
  lookAtEntries,
  reachCustodians,
  termsOf,
  whoseOf,
  withCustodians,
} from "./exchange.ts";
import { disclosureLines, writeOwnFhir } from "./exchangeFhir.ts";
import { InputError, print } from "./output.ts";
import {
  keep,
  open,
  type RelayerFlag,
  senderOf,
  type TrialFlags,
  timeWords,
  trialCommand,
  withRelayer,
} from "./wallet.ts";

/** Adds the commands about who has what. */
export function addCommands(patient: Command): void {
  withCustodians(
    trialCommand(patient, {
      name: "access",
      text: "who asked for your data: when, why, until when, and whether it was opened",
      example: "CZ-T2D-001",
    })
      .option("--fhir <file>", "also write it as FHIR AuditEvents (IHE BALP), a line each")
      .option("--exports <folder>", "also write AuditEvent, Provenance and Consent as FHIR R4"),
  ).action(access);
  withRelayer(
    trialCommand(patient, {
      name: "stop",
      text: "take permissions back, and stay in the trial: nothing is collected or opened under them any more",
      example: "CZ-T2D-001 futureResearch",
    }),
  )
    .argument("<permissions...>", `among ${Object.keys(PERMISSIONS).join(", ")}`)
    .action(stop);
  trialCommand(patient, {
    name: "erase",
    text: "ask all custodians to destroy their keys: then only you can read what was collected",
    example: "CZ-T2D-001 --for-good",
  })
    .option("--for-good", "you know that this cannot be taken back")
    .action(erase);
}

async function stop(
  protocolNumber: string,
  names: string[],
  flags: TrialFlags & RelayerFlag,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const without = names.map(permissionIn);
  const opened = await open(flags);
  const { wallet } = opened;
  const looked = await lookAtEntries(context, protocolNumber);
  const { state, deployment } = looked.downloads;
  const self = await findSelf(whoseOf(looked, wallet));
  const people = await context.api().participants(protocolNumber);
  const me = people.find(({ pseudonym }) => pseudonym === self.pseudonym);
  if (me?.consent === undefined) throw new Refusal("NotParticipating");
  const { consent, siteId } = me;
  const permissions = permissionsOf(consent.permissions);
  refuseToStop(without, { permissions, protocolNumber, required: termsOf(looked) });
  context.progress.step("Proving that it is you...");
  const proven = await proveNarrowing({
    ...{ wallet, place: looked.trial, state, artifacts: localArtifacts(), without },
    standing: {
      ...{ version: consent.version, permissions, siteId },
      validUntil: consent.validUntil ?? 0,
      readIn: consent.permissions & LANGUAGE_MARKS,
    },
    givenBy: "self",
    now: deployment.chainTime,
  });
  await keep(opened, proven.wallet);
  context.progress.step("Sending...");
  const sender = await senderOf(context, wallet, flags);
  await sender.settle(await submitConsent(sender, proven.input));
  context.progress.end();
  const kept = permissions.filter((name) => !without.includes(name));
  const lines = [
    `Taken back: ${without.join(", ")}. You still permit: ${kept.join(", ")}.`,
    "From now on nothing is released under what you took back. What was opened before stays with who opened it (patient access); to have the keys destroyed: patient erase.",
  ];
  print(context.json, { stopped: without, permissions: kept }, lines.join("\n"));
}

/** Throws InputError for what is not permitted, and for that without which nobody takes part. */
function refuseToStop(
  without: readonly Permission[],
  of: {
    readonly permissions: readonly Permission[];
    readonly required: { readonly requiredPermissions: number };
    readonly protocolNumber: string;
  },
): void {
  const { permissions, protocolNumber, required } = of;
  const other = without.find((name) => !permissions.includes(name));
  if (other !== undefined) {
    throw new InputError(`You do not permit ${other}; you permit ${permissions.join(", ")}.`);
  }
  const needed = permissionsOf(required.requiredPermissions).find((name) => without.includes(name));
  if (needed === undefined) return;
  throw new InputError(
    `Nobody takes part without ${needed}. To leave, which ends all of it: cohort patient withdraw ${protocolNumber}; to have the keys destroyed: cohort patient erase ${protocolNumber}.`,
  );
}

function permissionIn(name: string): Permission {
  if (Object.hasOwn(PERMISSIONS, name)) return name as Permission;
  throw new InputError(`${name}: one of ${Object.keys(PERMISSIONS).join(", ")}`);
}

/** Who asked for the data of one participant, with their words; and custodians whose receipts are not all here. */
export async function accessesTo(
  context: Context,
  of: { readonly looked: Entries; readonly pseudonym: bigint; readonly flags: CustodianFlag },
) {
  const { looked, pseudonym, flags } = of;
  const { deployment } = looked.downloads;
  context.progress.step("Downloading requests and receipts...");
  const [events, custodians] = await Promise.all([
    context.api().events(),
    reachCustodians(context, flags),
  ]);
  const books = await readReceipts(custodians, looked.place);
  const { trialId } = looked.trial.trial;
  const terms = termsOf(looked);
  const found = accessesOf({
    ...{ trialId, pseudonym, entries: looked.entries, events, books },
    registries: {
      cuts: addressOf(deployment, "CutRegistry"),
      emergency: addressOf(deployment, "EmergencyAccess"),
    },
    threshold: terms.custodianThreshold,
  });
  const told = await Promise.all(
    found.map(async (one) => ({ ...one, text: await looked.exchange.text(one.purpose) })),
  );
  const whole = new Set(
    books.flatMap((one) => (one.isIncomplete ? [] : [one.custodian.toLowerCase()])),
  );
  // One that does not answer may have opened something, too.
  const incomplete = terms.custodians.filter((one) => !whole.has(one.toLowerCase()));
  const server = context.api().transport.url;
  return { told, incomplete, fhir: disclosureLines(told, { trialId, pseudonym, server }) };
}

async function access(
  protocolNumber: string,
  flags: TrialFlags & CustodianFlag & { fhir?: string; exports?: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const looked = await lookAtEntries(context, protocolNumber);
  const { pseudonym } = await ownIdentity(whoseOf(looked, wallet));
  const { told, incomplete, fhir } = await accessesTo(context, { looked, pseudonym, flags });
  context.progress.end();
  if (flags.fhir !== undefined) await writeAtomically(flags.fhir, fhir);
  const files: string[] = [];
  if (flags.exports !== undefined) {
    const own = { api: context.api(), looked, pseudonym, told };
    files.push(...(await writeOwnFhir(flags.exports, own)));
  }
  const lines = told.map((one) => {
    const what = one.kind === "emergency" ? "emergency" : `request ${one.requestId}`;
    // A custodian whose receipts are not here may have released something, too.
    const closed = incomplete.length > 0 ? "not known to be opened" : "not opened";
    const opened = one.opened.length > 0 ? `opened ${packages(one.opened.length)}` : closed;
    const purged = one.purgedAt === undefined ? "" : `, purged ${timeWords(one.purgedAt)}`;
    return `${timeWords(one.at)}  ${what} by ${one.by}: ${one.text ?? "no reason published"} (until ${timeWords(one.until)}, ${opened}${purged})`;
  });
  const missing = incomplete.map((one) => `Receipts of ${one} are not all here.`);
  const text = [
    ...(lines.length > 0 ? lines : ["Nobody asked for your data."]),
    ...missing,
    ...(files.length > 0 ? [`Written into ${flags.exports}: ${files.join(", ")}.`] : []),
  ];
  const data = { accesses: told, incomplete, ...(files.length > 0 && { files }) };
  print(context.json, data, text.join("\n"));
}

const packages = (count: number) => (count === 1 ? "1 package" : `${count} packages`);

async function erase(
  protocolNumber: string,
  flags: TrialFlags & { forGood?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const { wallet } = await open(flags);
  const looked = await lookAtEntries(context, protocolNumber);
  const { trialId } = looked.trial.trial;
  const { state } = looked.downloads;
  const self = await findSelf(whoseOf(looked, wallet));
  const { pseudonym } = self;
  const statusNow = async () =>
    erasureOf({
      trialId,
      pseudonym,
      events: await context.api().trialEvents(protocolNumber),
      versions: state.versions,
    });
  let status = await statusNow();
  if (status.askedAt === undefined && flags.forGood) {
    context.progress.step("Proving that it is you who asks...");
    const { place } = looked;
    const of = {
      self,
      state,
      trialId,
      scope: looked.trial.scope,
      place,
      artifacts: localArtifacts(),
    };
    const api = context.api();
    await api.settle(await submitErasure(api, await proveErasure(of)));
    status = await statusNow();
  }
  context.progress.end();
  const { askedAt, destroyed, outstanding } = status;
  const lines =
    askedAt === undefined
      ? [
          "Nothing was asked. With --for-good all custodians are told to destroy their keys: nobody but you can then read what was collected, and it cannot be taken back. Copies that were opened before are not called back; patient access names who has them.",
        ]
      : [
          `Asked for on ${timeWords(askedAt)}.`,
          ...destroyed.map(({ custodian, at }) => `${custodian}: destroyed ${timeWords(at)}`),
          ...outstanding.map((custodian) => `${custodian}: outstanding`),
          status.isUnreadable
            ? "Too few keys are left to open anything: only you can read it."
            : "Enough keys are left to open it: wait, and look again.",
        ];
  print(context.json, { protocolNumber, ...status }, lines.join("\n"));
}
