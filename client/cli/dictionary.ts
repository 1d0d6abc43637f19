// `cohort governance concept` and `dictionary`: add concepts to the checkout's files, seal a version, register it.
import type { Command } from "commander";
import { z } from "zod";
import {
  DICTIONARY_VERSION,
  dictionaryHash,
} from "../../circuits/statement/dictionary/dictionary.ts";
import { SYSTEMS, type System } from "../../circuits/statement/encoding/code.ts";
import { BASE_DOMAINS } from "../../circuits/statement/encoding/domains.ts";
import { registerDictionary } from "../governance/accredit.ts";
import { addConcept, extendConcept } from "../governance/concept.ts";
import { publishDictionary } from "../governance/dictionaryFiles.ts";
import { contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print } from "./output.ts";

type Folder = { folder?: string };
const FILE_HELP = `
The file, for example:
  {
    "name": "hyponatraemia", "title": "Hyponatraemia", "domain": "condition",
    "description": "Low sodium as a diagnosis.",
    "members": [
      { "system": "icd10cm", "code": "E87.1", "prefix": true },
      { "system": "snomed", "code": "89627008", "display": "Hyponatremia" }
    ]
  }
Domains: ${BASE_DOMAINS.join(", ")}. "prefix" (ICD-10, ATC): every code that begins with it.
Also: "possible" (codes that may belong to it), "words" (stems by which texts name it), "includes" (names of
narrower concepts), "isA" and "isNotA" (SNOMED CT concepts whose descendants are in or out), and in place of codes "difference": { "of": "<concept>", "minus": "<concept>" }.`;
const ADDITION_HELP = `
The file, for example:
  { "name": "hyponatraemia", "members": [{ "system": "snomed", "code": "267447008" }], "words": ["hyponatr"] }`;

const codes = z.array(
  z.strictObject({
    system: z.enum(Object.keys(SYSTEMS) as [System, ...System[]]),
    code: z.string(),
    prefix: z.boolean().default(false),
    display: z.string().exactOptional(),
  }),
);
const addition = z.strictObject({
  name: z.string(),
  members: codes.exactOptional(),
  possible: codes.exactOptional(),
  words: z.array(z.string()).exactOptional(),
  isA: z.array(z.string()).exactOptional(),
  isNotA: z.array(z.string()).exactOptional(),
  includes: z.array(z.string()).exactOptional(),
});
const concept = addition.extend({
  title: z.string(),
  description: z.string(),
  domain: z.enum(BASE_DOMAINS),
  difference: z.strictObject({ of: z.string(), minus: z.string() }).exactOptional(),
});

/** Adds the dictionary's commands to governance's. */
export function addCommands(governance: Command): void {
  const concepts = governance.command("concept").description("extend the dictionary of this copy");
  const folder = "the dictionary's folder; by default this copy's";
  withExamples(
    concepts
      .command("add <file>")
      .description("append a concept to the version after the published one")
      .option("--folder <folder>", folder)
      .action(add),
    "governance concept add hyponatraemia.json",
  ).addHelpText("after", FILE_HELP);
  withExamples(
    concepts
      .command("extend <file>")
      .description("append codes or words to a concept that is already published")
      .option("--folder <folder>", folder)
      .action(extend),
    "governance concept extend more-hyponatraemia.json",
  ).addHelpText("after", ADDITION_HELP);
  withExamples(
    concepts
      .command("publish")
      .description("seal everything added as the next version of this copy")
      .option("--folder <folder>", folder)
      .action(publish),
    "governance concept publish",
  );
  const dictionary = governance.command("dictionary").description("the dictionary on the chain");
  withExamples(
    dictionary
      .command("register")
      .description("put the next version in force, by its hash")
      .option("--as <role>", "development key to act with", "governance")
      .action(register),
    "governance dictionary register",
  );
}

async function add(file: string, { folder }: Folder, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const parsed = parseFile(file, concept);
  const added = await addConcept({ concept: parsed, ...(folder && { folder }) });
  const text = `Added concept ${added.number}, ${added.name}. It is used once version ${added.version} is published: cohort governance concept publish`;
  print(json, added, text);
}

async function extend(file: string, { folder }: Folder, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const parsed = parseFile(file, addition);
  const extended = await extendConcept({ addition: parsed, ...(folder && { folder }) });
  const text = `Added to concept ${extended.number}, ${extended.name}. It is used once version ${extended.grown.at(-1)} is published: cohort governance concept publish`;
  print(json, extended, text);
}

function parseFile<T>(file: string, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`${file}: ${issue!.path.join(".") || "concept"}: ${issue!.message}`);
}

async function publish({ folder }: Folder, command: Command): Promise<void> {
  const { json } = contextOf(command);
  const published = await publishDictionary(folder);
  const text = `Published dictionary version ${published.version}: ${published.concepts} concepts, hash ${published.hash}.\nNext: give everybody these files, then cohort governance dictionary register`;
  print(json, published, text);
}

async function register({ as }: { as: string }, command: Command): Promise<void> {
  const context = contextOf(command);
  context.progress.step("Registering...");
  const actor = await context.actor(as);
  const version = actor.deployment.dictionaryVersion + 1;
  if (version > DICTIONARY_VERSION) {
    throw new InputError(
      `Nothing to register: version ${DICTIONARY_VERSION} of this copy is in force already.`,
    );
  }
  const hash = dictionaryHash(version);
  await registerDictionary(actor, { version, hash });
  context.progress.end();
  print(context.json, { version, hash }, `Dictionary version ${version} is in force.`);
}
