// The title of a trial that is paused or closed: still known, and only from the text that the chain's hash is of.
import { expect, it } from "vitest";
import { publishedTitle } from "../../client/trial/publishedTitle.ts";
import { publish } from "../patient/trial.ts";

const { state } = publish();
const [version] = state.versions;
const with_ = (change: object) =>
  publishedTitle({ ...state, versions: [{ ...version!, ...change }] });

it("is the one in the published text, whatever the trial's state", () => {
  expect(with_({})).toBe("A test of the wallet");
});

it("is not taken from another text, a sealed one, or none", () => {
  const document = version!.documents.document!;
  const content = document.content.replace("A test of", "Another");
  expect(
    with_({ documents: { ...version!.documents, document: { ...document, content } } }),
  ).toBeUndefined();
  expect(with_({ documents: { ...version!.documents, document: null } })).toBeUndefined();
  expect(with_({ terms: { ...version!.terms, isSealed: true } })).toBeUndefined();
  expect(publishedTitle({ ...state, currentVersion: 0 })).toBeUndefined();
});
