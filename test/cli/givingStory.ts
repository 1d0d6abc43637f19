// The exchange's story, where data are given: forms, answers, a device's files; and everything that is refused on the way.
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import type { KeyPins } from "../../client/exchange/keyPins.ts";
import { openWallet, saveWallet } from "../../client/patient/store.node.ts";
import { type ExchangeStage, kilos, TRIAL, weighed, writeAnswer } from "./exchangeStage.ts";
import { PASSPHRASE } from "./story.ts";

/** A form is deposited for Ann by a nurse, for Ben by the site's own key, and Ben's is corrected. */
export async function visitForms(
  stage: ExchangeStage,
  { ann, ben }: { ann: string; ben: string },
): Promise<void> {
  const { ok, no, run, file } = stage;
  const form = writeAnswer(stage, "visit.json", {
    ...{ form: "visit", linkId: "weight", answer: kilos(80) },
  });
  const wrong = writeAnswer(stage, "wrong.json", {
    ...{ form: "visit", linkId: "weight", answer: { valueBoolean: true } },
  });
  const visit = ["site", "visit", "--custodian-keys", file("keys.json"), TRIAL, "1"];
  const unread = await run(...visit, ann, wrong);
  expect([unread.code, unread.err]).toEqual([2, expect.stringContaining("item[0]")]);
  expect(await no(...visit, ann, form, "--as", "nurse")).toBe("NotStaff");
  const nurse = ["--tasks", "deposit", "--name", "Ada Brown", "--role", "study nurse"];
  await ok("site", "staff", "add", TRIAL, "1", "nurse", ...nurse);
  await ok(...visit, ann, form, "--as", "nurse");
  const kept = file("keys.json");
  changeKeys(kept);
  expect(await no(...visit, ann, form, "--as", "nurse")).toBe("KeysChanged");
  writeFileSync(kept, "{}");
  const { entry } = await ok(...visit, ben, form);
  // The nurse may deposit, and not correct.
  const better = writeAnswer(stage, "better.json", {
    ...{ form: "visit", linkId: "weight", answer: kilos(81.5) },
  });
  const corrects = ["--corrects", entry, "--reason", "enteredWrongly"];
  await ok(...visit, ben, better, ...corrects);
  expect(await no(...visit, ben, better, ...corrects)).toBe("NotReplaceable");
  await ok("site", "staff", "remove", TRIAL, "1", "nurse");
  expect(await no(...visit, ann, form, "--as", "nurse")).toBe("NotStaff");
  expect((await run("site", "staff", "list", TRIAL, "1")).out).toContain("ended");
}

/** As if a custodian had had another key for each participant when they were met first. */
function changeKeys(file: string): void {
  const pins = JSON.parse(readFileSync(file, "utf8")) as KeyPins;
  writeFileSync(file, JSON.stringify(otherKeys(pins)));
}

const otherKeys = (pins: KeyPins): KeyPins =>
  Object.fromEntries(
    Object.entries(pins).map(([name, keys]) => {
      const [custodian] = Object.keys(keys);
      return [name, { ...keys, [custodian!]: `0x${"09".repeat(32)}` }];
    }),
  );

/** Ann answers two questionnaires, and corrects one. */
export async function answers(stage: ExchangeStage): Promise<void> {
  const { ok, no, run, file, wallet } = stage;
  const of = { linkId: "fever", answer: { valueBoolean: false } };
  const diary = writeAnswer(stage, "diary.json", { form: "diary", ...of });
  const extra = writeAnswer(stage, "extra.json", { form: "extra", ...of });
  const answer = ["patient", "answer", TRIAL];
  const questions = await run(...answer, "--collection", "diary", ...wallet("ann"));
  expect(questions.out).toContain("Did you have a fever?");
  const { entry } = await ok(...answer, diary, "--collection", "diary", ...wallet("ann"));
  const twice = await run(...answer, diary, "--collection", "diary", ...wallet("ann"));
  expect([twice.code, twice.err]).toEqual([2, expect.stringContaining("is answered")]);
  const again = ["--corrects", entry, "--collection", "diary"];
  const at = { path: file("ann.age"), passphrase: PASSPHRASE };
  const before = await openWallet(at);
  const changed = otherKeys(before.custodianKeys!);
  await saveWallet({ ...at, wallet: { ...before, custodianKeys: changed } });
  expect(await no(...answer, diary, ...again, ...wallet("ann"))).toBe("KeysChanged");
  await saveWallet({ ...at, wallet: before });
  await ok(...answer, diary, ...again, ...wallet("ann"));
  await ok(...answer, extra, "--collection", "extra", ...wallet("ann"));
  const early = ["--collection", "diary", "--day", "2020-01-01"];
  expect((await run(...answer, diary, ...early, ...wallet("ann"))).err).toContain("is not asked");
  const other = await run(...answer, diary, "--collection", "extra", ...wallet("ann"));
  expect([other.code, other.err]).toEqual([2, expect.stringContaining("another questionnaire")]);
}

/** Three days go on. Ann's scale has readings of each, in a table, as FHIR, and as Apple Health exports them. */
export async function deviceReadings(stage: ExchangeStage): Promise<void> {
  const { ok, run, file, wallet } = stage;
  const { from } = (await ok("patient", "due", TRIAL, ...wallet("ann"))).due[0];
  const day = (after: number) => {
    const ms = Date.UTC(1900, 0, 1) + (from + after) * 86_400_000;
    return new Date(ms).toISOString().slice(0, 10);
  };
  await stage.travel(3);
  const rows = [`${day(0)}T08:00:00Z,80.5`, `${day(1)}T08:00:00Z,80.1`, `${day(1)}T20:00Z,81`];
  writeFileSync(file("scale.csv"), ["time,kg", ...rows].join("\n"));
  const mapping = {
    ...{ zone: "UTC", start: { columns: ["time"], format: "iso" } },
    readings: [{ value: "kg", unit: { text: "kg" }, code: "29463-7" }],
  };
  writeFileSync(file("scale.mapping.json"), JSON.stringify(mapping));
  const device = ["patient", "device", TRIAL, file("scale.csv")];
  const unmapped = await run(...device, ...wallet("ann"));
  expect([unmapped.code, unmapped.err]).toEqual([2, expect.stringContaining("--mapping")]);
  const mapped = [...device, "--mapping", file("scale.mapping.json"), ...wallet("ann")];
  expect(await ok(...mapped)).toMatchObject({ days: [day(0), day(1)], sent: 0 });
  expect(await ok(...mapped, "--send")).toMatchObject({ sent: 2 });
  // What was sent is found again by opening it: the wallet keeps no account of its own.
  expect(await ok(...mapped, "--send")).toMatchObject({ sent: 0, unchanged: 2 });
  writeFileSync(file("scale.json"), JSON.stringify(weighed(`${day(2)}T08:00:00Z`, 79.9)));
  const fhir = ["patient", "device", TRIAL, file("scale.json"), ...wallet("ann")];
  expect(await ok(...fhir, "--send")).toMatchObject({ sent: 1, days: [day(2)] });
  const at = `startDate="${day(2)} 09:00:00 +0000" endDate="${day(2)} 09:00:00 +0000"`;
  const record = `<Record type="HKQuantityTypeIdentifierBodyMass" unit="kg" value="80" ${at}/>`;
  writeFileSync(file("export.xml"), `<HealthData locale="en">${record}</HealthData>`);
  const apple = ["patient", "device", TRIAL, file("export.xml"), ...wallet("ann")];
  expect(await ok(...apple)).toMatchObject({ taken: 1, days: [day(2)], sent: 0 });
}
