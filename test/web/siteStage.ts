// A site where data flow, in a real browser: two people are expected, its own account signs, another one may be delegated to.
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import type { Patient } from "../../client/journey/patient.ts";
import { startBrowser } from "./browser.ts";
import type { CAST } from "./exchange.ts";
import { type DataStage, openDataStage } from "./exchangeStage.ts";
import { openWatched, signInAt, type Watched } from "./openPlace.ts";
import { answerTo, enrolledPatient, personOf } from "./participants.ts";
import { checkPerson, giveAnswer, openChallenges } from "./siteDesk.ts";

/** The weekly questions may be opened in an emergency, and everybody allows it. */
function withEmergency(trial: TrialFile): TrialFile {
  const { consentForm, collections = [] } = trial;
  const permission = { id: "emergency", required: true, label: "Emergency clinicians may look" };
  const permissions = [...consentForm.permissions, permission] as typeof consentForm.permissions;
  return {
    ...trial,
    consentForm: { ...consentForm, permissions },
    collections: collections.map((one) =>
      one.id === "diary" ? { ...one, permission: "emergency", emergency: true } : one,
    ) as NonNullable<TrialFile["collections"]>,
  };
}

export type SiteStage = DataStage & {
  readonly browser: Browser;
  readonly watched: Watched;
  readonly page: Page;
  /** Expected at site 1. */
  readonly ann: Patient;
  readonly ben: Patient;
};

export async function openSiteStage(): Promise<SiteStage> {
  const [stage, browser] = [
    await openDataStage({ people: [], change: withEmergency }),
    await startBrowser(),
  ];
  const { cast, trial } = stage;
  const ann = await enrolledPatient(stage, { cast, trial, index: 0 });
  const ben = await enrolledPatient(stage, { cast, trial, index: 2 });
  const watched = await openWatched(browser);
  const stop = async () => {
    await browser.close();
    await stage.stop();
  };
  return { ...stage, browser, watched, page: watched.page, ann, ben, stop };
}

/** Signs in at a path of the site's place. */
export const atSite = (
  { page, url }: SiteStage,
  key: Exclude<keyof typeof CAST, "governance">,
  path = "",
) => signInAt(page, `${url}/site${path}`, key);

/** Somebody at the desk of site 1, checked as one of its keys, and everything attested. */
export async function checkAtDesk(
  stage: SiteStage,
  patient: Patient,
  key: "site-1" | "site-2" = "site-1",
): Promise<void> {
  const { page } = stage;
  const { protocolNumber } = stage.trial;
  await atSite(stage, key, `/${protocolNumber}/1/arrival`);
  await page.getByRole("button", { name: /^Make a (new )?challenge$/ }).click();
  await page.getByRole("img", { name: "Challenge for the patient's wallet" }).waitFor();
  const challenge = JSON.stringify((await openChallenges(page)).at(-1));
  await giveAnswer(page, await answerTo(challenge, patient, { exchange: stage, protocolNumber }));
  await checkPerson(page, personOf(patient));
  await page.getByRole("heading", { name: "Everything holds" }).waitFor();
  await confirmAll(page);
}

/** Answers each question at the desk with the answer that lets the person be admitted. */
async function confirmAll(page: Page): Promise<void> {
  const confirmed = page.getByRole("group", { name: "What you confirm" });
  for (const question of await confirmed.getByRole("radiogroup").all()) {
    await question.getByRole("radio", { name: "Yes" }).check();
    const isWrong = (await confirmed.getByText("Then do not sign", { exact: false }).count()) > 0;
    if (isWrong) await question.getByRole("radio", { name: "No" }).check();
  }
}

/** Pictures of the page for whoever looks at them: phone and desktop, both schemes. Nothing without SHOTS. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder === undefined) return;
  const size = page.viewportSize();
  for (const [device, width, height] of [
    ["phone", 390, 844],
    ["desktop", 1280, 900],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      const path = join(folder, `${name}-${device}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  if (size !== null) await page.setViewportSize(size);
}
