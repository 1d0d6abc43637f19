// The trial that is being written. It lives in this page's memory and in files that its author saves, nowhere else:
// a protocol may be confidential until it is published, or for ever.
import { createContext, type ReactNode, useContext, useMemo, useReducer } from "react";
import type { TrialVersion } from "../../../api/trial.ts";
import type { TrialDocument } from "../../../trial/document.ts";
import { useWarnBeforeLeaving } from "../../shared/useMoves.ts";
import { BLANK_TRIAL } from "./blank.ts";
import { readJsonText, type SyntaxProblem } from "./jsonText.ts";
import { NO_CUSTODIANS, type Publishing } from "./publishing.ts";
import { adoptKeys, type Path, partAt, withPart } from "./tree.ts";

/** The version that an amendment starts from. */
export type Base = {
  readonly document: TrialDocument;
  readonly version: TrialVersion;
  readonly publishing: Publishing;
  /** Opened the sealed text, and must seal the next one. */
  readonly passphrase: string | undefined;
};

export type Draft = {
  readonly text: string;
  /** The text's value; while the text is invalid JSON, the last valid one. */
  readonly value: unknown;
  readonly syntax: SyntaxProblem | undefined;
  readonly lineOf: (path: string) => number;
  readonly publishing: Publishing;
  readonly isSealed: boolean;
  readonly base: Base | undefined;
  /** Began blank, and its author has not asked to publish it: what nobody has filled in yet is no fault so far. */
  readonly isCalm: boolean;
  /** Has changes that are in no file yet. */
  readonly isUnsaved: boolean;
};

type Act =
  | { readonly is: "start"; readonly value: unknown; readonly base?: Base | undefined }
  | { readonly is: "end" }
  | { readonly is: "write"; readonly text: string }
  | { readonly is: "edit"; readonly path: Path; readonly change: (part: unknown) => unknown }
  | { readonly is: "publishing"; readonly change: Partial<Publishing> }
  | { readonly is: "seal"; readonly isSealed: boolean }
  | { readonly is: "insist" }
  | { readonly is: "saved" };

const write = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

function withText(draft: Draft, text: string): Draft {
  const read = readJsonText(text);
  if (read.problem) return { ...draft, text, syntax: read.problem, isUnsaved: true };
  adoptKeys(draft.value, read.value);
  const { value, lineOf } = read;
  return { ...draft, text, value, lineOf, syntax: undefined, isUnsaved: true };
}

/** After an edit in the form: the value stays as it is, identities and all; only its text is rewritten. */
function withValue(draft: Draft, value: unknown): Draft {
  const text = write(value);
  const read = readJsonText(text);
  const lineOf = read.problem ? draft.lineOf : read.lineOf;
  return { ...draft, text, value, lineOf, syntax: undefined, isUnsaved: true };
}

function start({ value, base }: Act & { is: "start" }): Draft {
  const empty: Draft = {
    text: "",
    value: undefined,
    syntax: undefined,
    lineOf: () => 1,
    publishing: base?.publishing ?? { signers: {}, board: "", custodians: NO_CUSTODIANS },
    isSealed: base?.version.terms.isSealed ?? false,
    base,
    isCalm: write(value) === write(BLANK_TRIAL),
    isUnsaved: false,
  };
  return { ...withValue(empty, value), isUnsaved: false };
}

function reduce(draft: Draft | undefined, act: Act): Draft | undefined {
  if (act.is === "start") return start(act);
  if (act.is === "end" || draft === undefined) return undefined;
  switch (act.is) {
    case "write":
      return { ...withText(draft, act.text), isCalm: false };
    case "edit": {
      const part = act.change(partAt(draft.value, act.path));
      return withValue(draft, withPart(draft.value, act.path, part));
    }
    case "publishing":
      return { ...draft, publishing: { ...draft.publishing, ...act.change }, isUnsaved: true };
    case "seal":
      return { ...draft, isSealed: act.isSealed };
    case "insist":
      return { ...draft, isCalm: false };
    case "saved":
      return { ...draft, isUnsaved: false };
  }
}

export type Drafting = {
  readonly draft: Draft | undefined;
  readonly start: (value: unknown, base?: Base) => void;
  readonly end: () => void;
  readonly writeText: (text: string) => void;
  /** Replaces a part of the value by what `change` makes of it; undefined leaves it out. */
  readonly edit: (path: Path, change: (part: unknown) => unknown) => void;
  readonly setPublishing: (change: Partial<Publishing>) => void;
  readonly setSealed: (isSealed: boolean) => void;
  /** From now on whatever is missing is said. */
  readonly insist: () => void;
  readonly markSaved: () => void;
};

const Current = createContext<Drafting | undefined>(undefined);

export function DraftProvider({ children }: { children: ReactNode }) {
  const [draft, dispatch] = useReducer(reduce, undefined);
  useWarnBeforeLeaving(draft?.isUnsaved === true);
  const acts = useMemo(
    () => ({
      start: (value: unknown, base?: Base) => dispatch({ is: "start", value, base }),
      end: () => dispatch({ is: "end" }),
      writeText: (text: string) => dispatch({ is: "write", text }),
      edit: (path: Path, change: (part: unknown) => unknown) =>
        dispatch({ is: "edit", path, change }),
      setPublishing: (change: Partial<Publishing>) => dispatch({ is: "publishing", change }),
      setSealed: (isSealed: boolean) => dispatch({ is: "seal", isSealed }),
      insist: () => dispatch({ is: "insist" }),
      markSaved: () => dispatch({ is: "saved" }),
    }),
    [],
  );
  const drafting = useMemo(() => ({ draft, ...acts }), [draft, acts]);
  return <Current value={drafting}>{children}</Current>;
}

export function useDrafting(): Drafting {
  const drafting = useContext(Current);
  if (drafting === undefined) throw new Error("outside of DraftProvider");
  return drafting;
}
