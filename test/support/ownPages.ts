// The pages with the verification keys of the tests' own in the place of those that are built into them: the same code
// to the letter, for pages that check proofs and make none.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STAGE_KEYS } from "./stageKeys.ts";

const ARTIFACTS = new URL("../../circuits/artifacts/", import.meta.url);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Old texts and new ones: each key of the circuits as it stands in a script, and its hash. */
function exchanges(): (readonly [string, string])[] {
  return (["eligibility-8", "eligibility-32"] as const).flatMap((circuit) => {
    const old = readFileSync(new URL(`${circuit}.vkey.json`, ARTIFACTS), "utf8");
    const own = JSON.stringify(STAGE_KEYS[circuit]);
    return [
      [old, own],
      [sha256(old), sha256(own)],
    ] as const;
  });
}

/** A folder with the built pages, but for the keys; made once for each build of them. */
export function pagesWithOwnKeys(built: string): string {
  const texts = exchanges();
  const semaphore = `const key = ${JSON.stringify(STAGE_KEYS.semaphore)};\nexport { key as default };\n`;
  const stamp = readFileSync(join(built, ".stamp"), "utf8");
  const version = sha256(`${stamp}${semaphore}${texts.join()}`).slice(0, 12);
  const folder = join(tmpdir(), `cohort-pages-${version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}-${process.pid}`;
  cpSync(built, draft, { recursive: true });
  const scripts = readdirSync(join(draft, "assets")).filter((name) => name.endsWith(".js"));
  let exchanged = 0;
  for (const name of scripts) {
    const file = join(draft, "assets", name);
    const before = readFileSync(file, "utf8");
    const after = name.startsWith("semaphore-20-")
      ? semaphore
      : texts.reduce((text, [old, own]) => text.replaceAll(old, () => own), before);
    if (after === before) continue;
    writeFileSync(file, after);
    rmSync(`${file}.br`, { force: true });
    exchanged += 1;
  }
  if (exchanged < 2) throw new Error("the pages' keys stand in them in another form");
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}
