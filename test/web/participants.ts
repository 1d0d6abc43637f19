// Patients of a browser test, played by the library: attested, screened, consented, enrolled, and their answers at
// a site's desk.
import { DOMAINS, type Domain } from "../../circuits/statement/encoding/code.ts";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { attestPerson } from "../../client/clinic/record/attestPerson.ts";
import { anchorBatch, revokeSlot, withPaths } from "../../client/clinic/registry/anchor.ts";
import { parseChallenge, writeAnswer } from "../../client/desk/arrival.ts";
import type { Person, Sex } from "../../client/desk/person.ts";
import { readIdentityCode } from "../../client/handover/identityCode.ts";
import { attestAll, join, type Patient } from "../../client/journey/patient.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { identityCodeOf } from "../../client/patient/derive.ts";
import { importRecord } from "../../client/patient/import.ts";
import { findSelf } from "../../client/patient/self.ts";
import { createWallet } from "../../client/patient/wallet.ts";
import { enroll, enrollable } from "../../client/sponsor/enroll.ts";
import { chainDay, downloadTrial, placeOf, reviewTrial } from "../../client/trial/review.ts";
import type { Exchange } from "./exchange.ts";

const artifacts = localArtifacts();
const say = () => {};

/** A patient with a record of the first clinic, and nothing else yet. */
export async function attestedPatient(
  exchange: Exchange,
  cast: Cast,
  index: number,
  clinic = cast.clinics[0]!,
): Promise<Patient> {
  const patient = newPatient(exchange, index);
  await attestAll(clinic, [patient], { issuedDay: exchange.today });
  return patient;
}

function newPatient({ bundle }: Exchange, index: number): Patient {
  const name = `patient-${index}`;
  const source = readBundle(bundle(index), name);
  return { name, source, wallet: createWallet(), document: `UTO P-${1000 + index}` };
}

/** A patient of the first clinic who lost the wallet: re-bound to a new one, the lost wallet's records revoked. */
export async function reboundPatient(
  exchange: Exchange,
  cast: Cast,
  index: number,
): Promise<Patient> {
  const patient = newPatient(exchange, index);
  const { source, wallet, document } = patient;
  const clinic = cast.clinics[0]!;
  const { roster, attested, commitment, lost } = attestPerson({
    ...{ roster: clinic.roster, source, clinic, document, isRebinding: true },
    code: readIdentityCode(await identityCodeOf(wallet.seed)),
    day: exchange.today,
    completeFor: Object.keys(DOMAINS) as Domain[],
  });
  clinic.roster = roster;
  // Each stood in a batch of its own, whose root it is.
  for (const record of lost) await revokeSlot(clinic, record);
  const [file] = withPaths([attested], await anchorBatch(clinic, [commitment]));
  const registry = await exchange.api.recordsState();
  patient.wallet = (await importRecord({ wallet, attested: file, registry })).wallet;
  return patient;
}

/** The same, screened, consented and enrolled at site 1. */
export async function enrolledPatient(
  exchange: Exchange,
  of: { cast: Cast; trial: TrialFile; index: number; clinic?: Cast["clinics"][number] },
): Promise<Patient> {
  const { cast, trial, index } = of;
  const patient = await attestedPatient(exchange, cast, index, of.clinic);
  const { protocolNumber } = trial;
  await join(patient, { api: exchange.api, artifacts, protocolNumber, say }, 1);
  const pseudonyms = await enrollable(cast.sponsor, protocolNumber);
  await enroll(cast.sponsor, { protocolNumber, pseudonyms });
  return patient;
}

/** What the patient's wallet shows in return for a challenge's text. */
export async function answerTo(
  challenge: string,
  { wallet, document }: Patient,
  of: { exchange: Exchange; protocolNumber: string },
): Promise<string> {
  const downloads = await downloadTrial(of.exchange.api, of.protocolNumber);
  const { state, registry, deployment } = downloads;
  const answer = await proveArrival({
    ...{ wallet, state, registry, document, artifacts },
    reviewed: await reviewTrial({ downloads }),
    challenge: parseChallenge(JSON.parse(challenge)),
    now: deployment.chainTime,
    asOfDay: chainDay(deployment),
  });
  return writeAnswer(answer);
}

/** The withdrawal code that was printed with the patient's consent. */
export async function codeOf(
  { wallet }: Patient,
  of: { exchange: Exchange; protocolNumber: string },
): Promise<string> {
  const downloads = await downloadTrial(of.exchange.api, of.protocolNumber);
  const { state } = downloads;
  const { withdrawal } = await findSelf({ wallet, place: placeOf(downloads), state });
  return withdrawal.printed;
}

/** What staff read on the person's document. */
export function personOf({ source, document }: Patient): Person {
  const { birthDate, gender } = source.patient.resource as { birthDate?: string; gender?: Sex };
  return { birthDate: birthDate ?? "", sex: gender ?? "unknown", document };
}
