// A trial's site that acts through the library: shows a challenge, checks the answer and the document, signs. And its
// page, as staff work with it.
import type { Page } from "playwright-core";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { parseAnswer } from "../../client/desk/arrival.ts";
import type { Person } from "../../client/desk/person.ts";
import type { Cast } from "../../client/journey/setting.ts";
import { EMPTY_BOOK, issueChallenge } from "../../client/site/challenge.ts";
import { openDesk } from "../../client/site/desk.node.ts";
import { EMPTY_MEMORY } from "../../client/site/memory.ts";
import { signArrival, submitSiteAct } from "../../client/site/sign.ts";
import { verifyArrival } from "../../client/site/verify.ts";
import { downloadTrial, placeOf } from "../../client/trial/review.ts";
import type { Exchange } from "./exchange.ts";
import { DOCUMENT } from "./wallet.ts";

/** The challenges that a page of the desk keeps for a reload. */
export async function openChallenges(page: Page): Promise<unknown[]> {
  const kept = await page.evaluate(() => sessionStorage.getItem("cohort-zero/site-challenges"));
  return (JSON.parse(kept ?? '{"open":[]}') as { open: unknown[] }).open;
}

/** Hands a page of the desk what a wallet shows. */
export async function giveAnswer(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "The wallet's answer" }).fill(text);
  await page.getByRole("button", { name: "Use this" }).click();
}

/** Answers each question of the desk as it has to be for a signature. */
export async function confirmAll(page: Page): Promise<void> {
  const asked = page.getByRole("group", { name: "What you confirm" });
  for (const question of await asked.getByRole("radiogroup").all()) {
    await question.getByRole("radio", { name: "No", exact: true }).check();
    const isRefused = (await question.locator("xpath=..").getByRole("status").count()) > 0;
    if (isRefused) await question.getByRole("radio", { name: "Yes", exact: true }).check();
  }
}

/** Types what the document says, and has it checked. */
export async function checkPerson(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Birth date on the document").fill(person.birthDate);
  await page.getByRole("radio", { name: person.sex, exact: true }).check();
  await page.getByLabel("Document, as printed").fill(person.document);
  await page.getByRole("button", { name: "Check" }).click();
}

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
      const { pseudonym, arriveBy } = await verifyArrival({
        desk: await openDesk(downloads),
        book: issued.book,
        memory: EMPTY_MEMORY,
        answer: parseAnswer(JSON.parse(answer)),
        person,
      });
      const { state } = downloads;
      const { chainId, enrollment } = placeOf(downloads);
      const signed = await signArrival({
        signer: cast.sites[0]!,
        domain: { chainId, enrollment },
        state,
        siteId,
        pseudonym,
        arriveBy,
        attested: state.versions[0]!.terms.attestationsHash,
        now,
      });
      await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
    },
  };
}
