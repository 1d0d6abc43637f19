// What an amendment changes: criteria, conditions on the record, terms, permissions and form of two versions.
import type { CompiledCriterion } from "../../../circuits/statement/criteria/compile.ts";
import { capital } from "../../../circuits/statement/criteria/english.ts";
import { partName } from "../../../circuits/statement/criteria/partWords.ts";
import { collectionWords } from "../../../circuits/statement/exchange/collectionWords.ts";
import { informationFacts, reachWords } from "../../../circuits/statement/trial/information.ts";
import { representationFacts } from "../../../circuits/statement/trial/representation.ts";
import type { TrialFile } from "../../../circuits/statement/trial/trialFile.ts";
import type { Review } from "../../board/approve.ts";
import { droppedWords, placesWords } from "../../trial/sites.ts";
import { formatLanguage } from "../shared/format.ts";
import { policyWords } from "./policyWords.ts";
import { diffPieces } from "./wordDiff.ts";

export type Change = {
  readonly is: "added" | "removed" | "changed" | "same";
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** What the change means, where its words do not say so. */
  readonly note?: string | undefined;
};
export type Changes = { readonly title: string; readonly changes: readonly Change[] };

/** Every part that an approval covers, compared. */
export function compareVersions(before: Review, after: Review): Changes[] {
  return [
    { title: "Criteria", changes: compareNamed(criteriaIn(before), criteriaIn(after)) },
    { title: "Which records may answer", changes: compareNamed(policyIn(before), policyIn(after)) },
    { title: "Places, sites and times", changes: compareTerms(before, after) },
    {
      title: "Permissions asked for",
      changes: compareNamed(permissionsIn(before), permissionsIn(after)),
    },
    {
      title: "What is collected",
      changes: compareNamed(collectionsIn(before), collectionsIn(after)),
    },
    {
      title: "What it asks of people",
      changes: compareNamed(informationIn(before), informationIn(after)),
    },
    { title: "Text of the consent form", changes: compareText(formOf(before), formOf(after)) },
    { title: "About the trial", changes: compareNamed(aboutIn(before), aboutIn(after)) },
  ];
}

/** How much there is to look at. */
export function countChanges(all: readonly Changes[]): number {
  return all.flatMap(({ changes }) => changes).filter(({ is }) => is !== "same").length;
}

type Named = ReadonlyMap<string, string>;

function compareNamed(before: Named, after: Named): Change[] {
  const names = [...after.keys(), ...[...before.keys()].filter((name) => !after.has(name))];
  return names.map((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return { is: kindOf(was, is), name, before: was, after: is };
  });
}

function kindOf(before: string | undefined, after: string | undefined): Change["is"] {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  return before === after ? "same" : "changed";
}

const PROOF_WORDS = {
  proven: "proven by the record",
  partly: "partly proven by the record, partly attested",
  attested: "attested by a person",
} as const;

function criteriaIn({ compiled }: Review): Named {
  const used = new Map<string, string>();
  const count = compiled.programs.length;
  for (const criterion of compiled.criteria) {
    used.set(nameOf(criterion, used), textOf(criterion, count));
  }
  return used;
}

/** By its id where it has one: an amendment keeps ids. A second of the same name is numbered. */
function nameOf({ list, id, english }: CompiledCriterion, used: Named): string {
  const name = `${capital(list)} ${id ?? english.slice(0, 60)}`;
  let number = 2;
  if (!used.has(name)) return name;
  while (used.has(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}

function textOf(criterion: CompiledCriterion, count: number): string {
  const { english, demanded, isPlain, proof, label, parts } = criterion;
  const names = parts.map((part) => partName(part, count));
  const where = count > 1 && parts.length > 0 ? `; ${names.join(", ")}` : "";
  const shown = isPlain ? "" : `\nShown by: ${demanded}`;
  const own = label === undefined ? "" : `\nIn the sponsor's words: ${label}`;
  return `${english}${shown}\n(${PROOF_WORDS[proof]}${where})${own}`;
}

function policyIn({ compiled }: Review): Named {
  const count = compiled.programs.length;
  const all = compiled.programs.flatMap(({ policy }, i) => {
    const of = count === 1 ? "" : `${partName(i, count)}: `;
    return policyWords(policy).map(([name, words]) => [`${of}${name}`, words] as const);
  });
  return new Map(all);
}

/** A site that is no longer listed signs nothing: said, since its absence does not say so. */
function compareTerms(before: Review, after: Review): Change[] {
  return compareNamed(termsIn(before), termsIn(after)).map((change) => {
    const siteId = Number(/^Site (\d+)$/.exec(change.name)?.[1]);
    if (change.is !== "removed" || Number.isNaN(siteId)) return change;
    const known = after.dropped.find((site) => site.siteId === siteId);
    return { ...change, note: droppedWords(known ?? { siteId }) };
  });
}

function termsIn({ document, version, compiled }: Review): Named {
  const { trial } = document;
  const signers = new Map(version.terms.sites.map((site) => [site.siteId, site.signer]));
  const yes = (is: boolean) => (is ? "yes" : "no");
  return new Map([
    ["Places in all", String(trial.capacity)],
    ["Days to arrive", String(trial.arrivalDeadlineDays)],
    ["Asks those already taking part for a new consent", yes(trial.requires.reconsent)],
    ["Asks those already taking part for a new screening", yes(trial.requires.rescreening)],
    ...representationFacts(trial.consentForm.representation),
    ["Sealed text", yes(version.terms.isSealed)],
    ["Circuit", compiled.circuit],
    ["Parts, each from one record", String(compiled.programs.length)],
    ...trial.sites.map(({ id, name, capacity, ...site }): [string, string] => [
      `Site ${id}`,
      [`${name}: ${placesWords(capacity)}; signs with ${signers.get(id)}`, reachWords(site)]
        .filter((one) => one !== "")
        .join("; "),
    ]),
  ]);
}

function permissionsIn({ document }: Review): Named {
  return new Map(
    document.trial.consentForm.permissions.map(({ id, label, required }) => [
      id,
      `${label} (${required ? "required" : "optional"})`,
    ]),
  );
}

/** By their ids, which an amendment keeps. */
function collectionsIn({ document: { trial, custodians } }: Review): Named {
  const collections = (trial.collections ?? []).map((collection): [string, string] => {
    const { id, title, permission } = collection;
    const lines = [title, ...collectionWords(collection), `Permission: ${permission}`];
    return [`Collection ${id}`, lines.join("\n")];
  });
  const { threshold, members } = custodians ?? { threshold: 0, members: [] };
  const keys = members.length === 0 ? "none" : `${threshold} of these open: ${members.join(", ")}`;
  return new Map([["Custodians", keys], ...collections]);
}

function informationIn({ document: { trial } }: Review): Named {
  return new Map(informationFacts(trial.information));
}

function formOf({ document }: Review): readonly string[] {
  const { version, title, text } = document.trial.consentForm;
  const paragraphs = text.split(/\n+/).filter((one) => one.trim() !== "");
  return [
    `Version ${version}: ${title}`,
    ...paragraphs.flatMap(sentencesOf),
    ...translationsOf(document.trial.consentForm),
  ];
}

/** The other languages' texts and labels, each after the name of its language. */
function translationsOf({ translations = {} }: TrialFile["consentForm"]): string[] {
  return Object.entries(translations).flatMap(([language, { title, text, permissions }]) => [
    `${formatLanguage(language)}: ${title}`,
    ...text.split(/\n+/).flatMap(sentencesOf),
    ...Object.values(permissions),
  ]);
}

/** Sentences, so that a long form shows the few that changed. Split only: not a character may be lost. */
function sentencesOf(paragraph: string): string[] {
  return paragraph.split(/(?<=[.!?])\s+/);
}

function aboutIn({ document: { trial } }: Review): Named {
  return new Map([
    ["Title", trial.title],
    ["Phase", trial.phase],
    ["Sponsor", trial.sponsor],
    ["Document that the sites check", trial.identityDocument],
    ["Summary", trial.summary],
    ["Sources", (trial.sources ?? []).join("\n") || "none"],
  ]);
}

/** Runs of sentences: those that went with those that came in their place are one change. */
function compareText(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = [];
  let [gone, came, same] = ["", "", ""];
  const name = () => `Passage ${changes.length + 1}`;
  const endSame = () => {
    if (same !== "") changes.push({ is: "same", name: name(), before: same, after: same });
    same = "";
  };
  const endChange = () => {
    if (gone !== "" || came !== "") {
      const [was, is] = [gone || undefined, came || undefined];
      changes.push({ is: kindOf(was, is), name: name(), before: was, after: is });
    }
    [gone, came] = ["", ""];
  };
  for (const { is, text } of diffPieces(before, after)) {
    if (is === "same") {
      endChange();
      same += `${text.trim()} `;
      continue;
    }
    endSame();
    if (is === "gone") gone += `${text.trim()} `;
    else came += `${text.trim()} `;
  }
  endChange();
  endSame();
  return changes;
}
