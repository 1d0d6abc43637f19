// A trial's site that acts through the library: shows a challenge, checks the answer and the document, signs.
import type { TrialFile } from "../../circuits/statement/trialFile.ts";
import { parseAnswer } from "../../client/arrival.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { openDesk } from "../../client/journey/visit.ts";
import { downloadTrial, placeOf } from "../../client/patient/review.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { signArrival, submitSiteAct } from "../../client/site/sign.ts";
import { verifyArrival } from "../../client/site/verify.ts";
import type { Exchange } from "./exchange.ts";
import { DOCUMENT } from "./wallet.ts";

type PatientBundle = {
  entry: {
    resource: {
      resourceType: string;
      birthDate?: string;
      gender?: "female" | "male" | "other" | "unknown";
    };
  }[];
};

/** The first site of a trial, expecting this made-up patient. `admit` throws what the site would refuse for. */
export async function sitAtDesk(of: {
  exchange: Exchange;
  cast: Cast;
  trial: TrialFile;
  index: number;
}) {
  const { exchange, cast, trial, index } = of;
  const { api } = exchange;
  const downloads = await downloadTrial(api, trial.protocolNumber);
  const now = downloads.deployment.chainTime;
  const { trialId } = downloads.trial;
  const siteId = trial.sites[0]!.id;
  const issued = issueChallenge({ book: EMPTY_BOOK, trialId, siteId, now });
  const { entry } = exchange.bundle(index) as PatientBundle;
  const patient = entry.find(({ resource }) => resource.resourceType === "Patient")!.resource;
  const person = { birthDate: patient.birthDate!, sex: patient.gender!, document: DOCUMENT };
  return {
    challenge: JSON.stringify(issued.challenge),
    admit: async (answer: string): Promise<void> => {
      const { pseudonym } = await verifyArrival({
        desk: await openDesk(downloads),
        book: issued.book,
        answer: parseAnswer(JSON.parse(answer)),
        person,
      });
      const version = downloads.state.versions[0]!;
      const { chainId, enrollment } = placeOf(downloads);
      const signed = await signArrival({
        signer: cast.sites[0]!,
        domain: { chainId, enrollment },
        version,
        trialId,
        siteId,
        pseudonym,
        attested: version.terms.attestationsHash,
        now,
      });
      await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
    },
  };
}
