// A person's own copy of what they consented to: the form's text of that version, checked against the hash that was
// signed, and the signature's facts, all out of public data that this device has.
import {
  formIn,
  languageRead,
  languagesOf,
} from "../../../../circuits/statement/trial/formLanguages.ts";
import {
  hashDocument,
  type Permission,
  versionDigest,
} from "../../../../circuits/statement/trial/trial.ts";
import type { ConsentForm } from "../../../../circuits/statement/trial/trialFile.ts";
import { consentFormText, hashFormIn, type TrialDocument } from "../../../trial/document.ts";
import type { TrialNow } from "../../prover/ground.ts";
import { type Granted, grantsOf, type Standing } from "./standing.ts";

export type ConsentCopy = {
  readonly grant: Granted;
  /** When the chain took it, Unix seconds. */
  readonly at: number;
  readonly digest: string;
  readonly formHash: string;
  /** As it was read. Undefined when no text on this device has the hash that was signed. */
  readonly form: ConsentForm | undefined;
  /** The language that was read and the hash of its text. Undefined when the consent does not say which. */
  readonly read: { readonly language: string; readonly hash: string } | undefined;
  readonly permissions: readonly { readonly id: Permission; readonly label: string }[];
  readonly withheld: readonly string[];
};

type Of = {
  readonly standing: Pick<Standing, "steps">;
  readonly now: Pick<TrialNow, "deployment" | "trial" | "state">;
  /** The text in force, where it could be read: of a sealed study nothing else has the form. */
  readonly document: TrialDocument | undefined;
};

/** The copy of the newest consent; undefined before the first, or when its version is not what was signed. */
export function copyOf({ standing, now, document }: Of): ConsentCopy | undefined {
  const newest = grantsOf(standing).at(-1);
  const version = now.state.versions.find((one) => one.version === newest?.grant.version);
  if (newest === undefined || version === undefined) return undefined;
  const { deployment, trial } = now;
  const { TrialRegistry: trialRegistry } = deployment.contracts;
  if (trialRegistry === undefined) return undefined;
  const { terms } = version;
  const at = { chainId: deployment.chainId, trialRegistry, trialId: trial.trialId };
  const digest = versionDigest({ ...at, version: version.version, terms });
  if (digest !== version.digest) return undefined;
  const texts = [version.documents.consentForm?.content, document && consentFormText(document)];
  const text = texts.find(
    (one) => one !== undefined && hashDocument(one) === terms.consentFormHash,
  );
  const whole = text === undefined ? undefined : (JSON.parse(text) as ConsentForm);
  const { grant } = newest;
  const language = whole && languageRead(whole, grant.readIn);
  const form = whole && formIn(whole, language ?? languagesOf(whole)[0]!);
  const labelOf = (id: Permission) => form?.permissions.find((one) => one.id === id)?.label ?? id;
  const given = new Set<string>(grant.permissions);
  return {
    ...{ grant, at: newest.at, digest, formHash: terms.consentFormHash, form },
    read:
      whole && language !== undefined ? { language, hash: hashFormIn(whole, language) } : undefined,
    permissions: grant.permissions.map((id) => ({ id, label: labelOf(id) })),
    withheld: (form?.permissions ?? [])
      .filter(({ id }) => !given.has(id))
      .map(({ label }) => label),
  };
}
