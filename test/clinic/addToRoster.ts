// Enters a person into a roster, as a process of its own: `node addToRoster.ts <file> <number>`.

import { withRoster } from "../../client/clinic/roster/roster.node.ts";
import { bindIdentity } from "../../client/clinic/roster/roster.ts";
import { CLINIC, chartOf, codeOf } from "./people.ts";

const [path = "", number = "0"] = process.argv.slice(2);
const passphrase = process.env.COHORT_ROSTER_PASSPHRASE ?? "";
await withRoster({ path, passphrase, clinic: CLINIC }, async ({ roster, save }) => {
  const code = codeOf(Number(number));
  const person = chartOf({ id: `p${number}` });
  await save(bindIdentity(roster, { person, code, day: 45_000 }).roster);
});
