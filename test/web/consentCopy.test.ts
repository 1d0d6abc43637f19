// A person's own copy of a consent: made of what this device has, and of nothing that does not fit its hashes.
import { describe, expect, it } from "vitest";
import { languageMark } from "../../circuits/statement/trial/formLanguages.ts";
import { consentFormText, hashFormIn } from "../../client/trial/document.ts";
import { reviewTrial } from "../../client/trial/review.ts";
import type { TrialNow } from "../../client/web/prover/ground.ts";
import type { OwnMoment } from "../../client/web/prover/proving.ts";
import { copyOf } from "../../client/web/wallet/trial/consentCopy.ts";
import { publish } from "../patient/trial.ts";

const AT = 1_795_000_000;
const granted = (version: number, at: number, permissions = 1): OwnMoment => ({
  id: String(at),
  at,
  isOwn: true,
  row: {
    kind: "R",
    who: 0,
    version,
    site: 1,
    permissions,
    until: AT + 86_400,
    sequence: "1",
    seconds: 0,
  },
});

async function scene(
  change: (now: TrialNow) => TrialNow = (now) => now,
  options: Parameters<typeof publish>[0] = {},
) {
  const downloads = publish(options);
  const { document } = await reviewTrial({ downloads });
  const { deployment, trial, state, accreditations } = downloads;
  const now = change({ deployment, trial, state, accreditations });
  const copy = (steps: OwnMoment[], text: typeof document | null = document) =>
    copyOf({ standing: { steps }, now, document: text ?? undefined });
  return { copy, document, version: state.versions[0]! };
}

describe("the copy of a consent", () => {
  it("holds the form's text, what was allowed and not, and the signature's facts", async () => {
    const { copy, document, version } = await scene();
    expect(copy([granted(1, AT)])).toMatchObject({
      at: AT,
      digest: version.digest,
      formHash: version.terms.consentFormHash,
      form: document.trial.consentForm,
      permissions: [{ id: "participate", label: "Take part" }],
      withheld: ["Be contacted"],
    });
  });

  it("is of the newest consent", async () => {
    const { copy } = await scene();
    expect(copy([granted(1, AT - 100), granted(1, AT)])?.at).toBe(AT);
    expect(copy([])).toBeUndefined();
    expect(copy([{ ...granted(1, AT), isOwn: false }])).toBeUndefined();
  });

  it("shows no text that has another hash, and no version with another digest", async () => {
    const changed = (content: string) => (now: TrialNow) => {
      const [version] = now.state.versions;
      const consentForm = {
        hash: version!.terms.consentFormHash,
        mediaType: "application/json",
        content,
      };
      const documents = { ...version!.documents, consentForm };
      return { ...now, state: { ...now.state, versions: [{ ...version!, documents }] } };
    };
    const { document } = await scene();
    const forged = await scene(
      changed(consentFormText(document).replace("I take part.", "I pay.")),
    );
    expect(forged.copy([granted(1, AT)], null)?.form).toBeUndefined();
    const kept = await scene(changed(consentFormText(document)));
    expect(kept.copy([granted(1, AT)], null)?.form?.text).toBe("I take part.");
    const digest = `0x${"0".repeat(64)}`;
    const other = await scene((now) => ({
      ...now,
      state: { ...now.state, versions: [{ ...now.state.versions[0]!, digest }] },
    }));
    expect(other.copy([granted(1, AT)])).toBeUndefined();
  });

  it("is in the language that the consent says was read, with the hash of that text", async () => {
    const permissions = { participate: "Ich nehme teil", contact: "Man darf mich anrufen" };
    const translations = { de: { title: "Teilnahme", text: "Ich nehme teil.", permissions } };
    const { copy, document } = await scene(undefined, { translations });
    const { consentForm } = document.trial;
    const readIn = (language: string) => granted(1, AT, 1 | languageMark(consentForm, language));
    expect(copy([readIn("de")])).toMatchObject({
      read: { language: "de", hash: hashFormIn(consentForm, "de") },
      form: { language: "de", text: "Ich nehme teil." },
      permissions: [{ id: "participate", label: "Ich nehme teil" }],
      withheld: ["Man darf mich anrufen"],
    });
    expect(copy([readIn("en")])?.form?.text).toBe("I take part.");
    // A program that marks nothing says nothing.
    expect(copy([granted(1, AT)])?.read).toBeUndefined();
  });
});
