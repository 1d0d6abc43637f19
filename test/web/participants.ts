// Patients of a browser test, played by the library: attested, screened, consented, enrolled, and their answers at
// a site's desk.
import type { TrialFile } from "../../circuits/statement/trialFile.ts";
import { parseChallenge, writeAnswer } from "../../client/arrival.ts";
import { readBundle } from "../../client/clinic/bundle.ts";
import { attestAll, join, type Patient } from "../../client/journey/patient.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { proveIdentity } from "../../client/patient/arrival.ts";
import { localArtifacts } from "../../client/patient/artifacts.node.ts";
import { chainDay } from "../../client/patient/check.ts";
import { downloadTrial, reviewTrial } from "../../client/patient/review.ts";
import { createWallet } from "../../client/patient/wallet.ts";
import type { Person, Sex } from "../../client/person.ts";
import { enroll, enrollable } from "../../client/sponsor/enroll.ts";
import type { Exchange } from "./exchange.ts";

const artifacts = localArtifacts();
const say = () => {};

/** A patient with a record of the first clinic, and nothing else yet. */
export async function attestedPatient(
  { bundle, today }: Exchange,
  cast: Cast,
  index: number,
): Promise<Patient> {
  const name = `patient-${index}`;
  const source = readBundle(bundle(index), name);
  const document = `UTO P-${1000 + index}`;
  const patient: Patient = { name, source, wallet: createWallet(), document };
  await attestAll(cast.clinics[0]!, [patient], { issuedDay: today });
  return patient;
}

/** The same, screened, consented and enrolled at site 1. */
export async function enrolledPatient(
  exchange: Exchange,
  of: { cast: Cast; trial: TrialFile; index: number },
): Promise<Patient> {
  const { cast, trial, index } = of;
  const patient = await attestedPatient(exchange, cast, index);
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
  const answer = await proveIdentity({
    ...{ wallet, state, registry, document, artifacts },
    reviewed: await reviewTrial({ downloads }),
    challenge: parseChallenge(JSON.parse(challenge)),
    now: deployment.chainTime,
    asOfDay: chainDay(deployment),
  });
  return writeAnswer(answer);
}

/** What staff read on the person's document. */
export function personOf({ source, document }: Patient): Person {
  const { birthDate, gender } = source.patient.resource as { birthDate?: string; gender?: Sex };
  return { birthDate: birthDate ?? "", sex: gender ?? "unknown", document };
}
