// Elements and attributes of an XML 1.0 text that comes in pieces: nothing is held but the tag that is being read.
// Text between tags is passed over. No entity can be declared and nothing is fetched, so that none can grow.
import { type FileKind, unreadable } from "./report.ts";

export type XmlElement = {
  readonly name: string;
  /** Values with their entities decoded. */
  readonly attributes: ReadonlyMap<string, string>;
  /** `<name/>`: no end of it follows. */
  readonly isEmpty: boolean;
  /** Line of its start, from 1. */
  readonly line: number;
};
export type XmlHandler = {
  readonly open: (element: XmlElement) => void;
  readonly close: (name: string) => void;
};

/** Characters that one tag, comment or document type may have. */
const MAX_TOKEN = 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 200;
const NAME = "[A-Za-z_:\\u0080-\\uffff][\\w:.\\-\\u0080-\\uffff]*";
const TAG_NAME = new RegExp(NAME, "y");
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, "y");
const END_TAG = new RegExp(`^</(${NAME})\\s*>$`);
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
/** A longer start than a tag's, and what it ends with. */
const ENCLOSED = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;
const DOCTYPE = "<!DOCTYPE";
const [LESS, GREATER, QUOTE, APOSTROPHE] = [0x3c, 0x3e, 0x22, 0x27];

/** Reads pieces of text in order. Every method refuses with `UnreadableHealthData` and the line. */
export class XmlReader {
  readonly #handler: XmlHandler;
  readonly #kind: FileKind;
  readonly #open: string[] = [];
  #rest = "";
  #line = 1;
  #hasRoot = false;

  constructor(kind: FileKind, handler: XmlHandler) {
    this.#kind = kind;
    this.#handler = handler;
  }

  push(piece: string): void {
    const text = this.#rest + piece;
    let at = 0;
    while (at < text.length) {
      const start = text.indexOf("<", at);
      this.#between(text, at, start < 0 ? text.length : start);
      at = start < 0 ? text.length : start;
      if (start < 0) break;
      const end = this.#endOf(text, start);
      if (end === undefined) {
        if (text.length - start > MAX_TOKEN) this.#refuse("a tag is longer than 1 MiB");
        break;
      }
      if (end - start > MAX_TOKEN) this.#refuse("a tag is longer than 1 MiB");
      this.#token(text.slice(start, end));
      this.#line += newlines(text, start, end);
      at = end;
    }
    this.#rest = text.slice(at);
  }

  /** The text is whole. */
  end(): void {
    if (this.#rest !== "") this.#refuse("it ends inside a tag");
    if (this.#open.length > 0) this.#refuse("it ends too early; copy it again");
    if (!this.#hasRoot) this.#refuse("it holds no XML");
  }

  #refuse(reason: string): never {
    throw unreadable({ kind: this.#kind, reason, where: `line ${this.#line}` });
  }

  #between(text: string, from: number, to: number): void {
    if (this.#open.length === 0 && /\S/.test(text.slice(from, to))) {
      this.#refuse("there is text outside of its elements: it is no XML");
    }
    this.#line += newlines(text, from, to);
  }

  /** Where the token that starts here ends; undefined while its end has not come. */
  #endOf(text: string, start: number): number | undefined {
    const second = text[start + 1];
    if (second !== "!" && second !== "?") return this.#endOfTag(text, start);
    for (const [opening, closing] of ENCLOSED) {
      if (!text.startsWith(opening, start)) continue;
      const end = text.indexOf(closing, start + opening.length);
      return end < 0 ? undefined : end + closing.length;
    }
    if (text.length - start < DOCTYPE.length) return undefined;
    if (!text.startsWith(DOCTYPE, start)) this.#refuse("a declaration stands where none may");
    return endOfDoctype(text, start);
  }

  #endOfTag(text: string, start: number): number | undefined {
    for (let i = start + 1; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (char === GREATER) return i + 1;
      if (char === LESS) this.#refuse("a tag has no end");
      if (char !== QUOTE && char !== APOSTROPHE) continue;
      i = text.indexOf(char === QUOTE ? '"' : "'", i + 1);
      if (i < 0) return undefined;
    }
    return undefined;
  }

  #token(token: string): void {
    if (token.startsWith("<?") || token.startsWith("<!--")) return;
    if (token.startsWith("<![")) {
      if (this.#open.length === 0) this.#refuse("there is text outside of its elements");
      return;
    }
    if (token.startsWith("<!")) {
      if (this.#hasRoot) this.#refuse("a document type stands where none may");
      if (token.includes("<!ENTITY")) this.#refuse("it declares entities, which no export does");
      return;
    }
    if (token.startsWith("</")) this.#close(token);
    else this.#start(token);
  }

  #close(token: string): void {
    const name = END_TAG.exec(token)?.[1];
    if (name === undefined || this.#open.pop() !== name) {
      this.#refuse("an element ends that is not open");
    }
    this.#handler.close(name);
  }

  #start(token: string): void {
    if (this.#open.length === 0 && this.#hasRoot) this.#refuse("it has two outermost elements");
    TAG_NAME.lastIndex = 1;
    const name = TAG_NAME.exec(token)?.[0];
    if (name === undefined) this.#refuse("a tag has no name");
    const isEmpty = token.endsWith("/>");
    const attributes = this.#attributes(token, 1 + name.length, token.length - (isEmpty ? 2 : 1));
    this.#hasRoot = true;
    if (!isEmpty && this.#open.push(name) > MAX_DEPTH) this.#refuse("it is nested too deeply");
    this.#handler.open({ name, attributes, isEmpty, line: this.#line });
  }

  #attributes(token: string, from: number, to: number): Map<string, string> {
    const attributes = new Map<string, string>();
    let at = from;
    while (at < to) {
      ATTRIBUTE.lastIndex = at;
      const match = ATTRIBUTE.exec(token);
      if (match === null) break;
      const name = match[1]!;
      if (attributes.has(name)) this.#refuse("an attribute stands twice in one tag");
      if (attributes.size >= MAX_ATTRIBUTES) this.#refuse("a tag has too many attributes");
      attributes.set(name, this.#decode(match[2] ?? match[3] ?? ""));
      at = ATTRIBUTE.lastIndex;
    }
    if (/\S/.test(token.slice(at, to))) this.#refuse("a tag's attributes are not well formed");
    return attributes;
  }

  #decode(value: string): string {
    if (!value.includes("&")) return value;
    return value.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));|&/gi, (...found) => {
      const [, hex, decimal, name] = found as (string | undefined)[];
      const named = name !== undefined && Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      const char = named ?? (isChar(code) ? String.fromCodePoint(code) : undefined);
      if (char === undefined) this.#refuse("an entity is unknown");
      return char;
    });
  }
}

/** XML 1.0, production 2. NaN is none. */
function isChar(code: number): boolean {
  const isControl = code < 0x20 && ![0x9, 0xa, 0xd].includes(code);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0 && code <= 0x10ffff && !isControl && !isSurrogate;
}

/** The end of a document type with declarations in brackets, quotes and comments. */
function endOfDoctype(text: string, start: number): number | undefined {
  let depth = 0;
  for (let i = start + DOCTYPE.length; i < text.length; i++) {
    const char = text[i]!;
    const isComment = text.startsWith("<!--", i);
    if (isComment || char === '"' || char === "'") {
      const closing = isComment ? "-->" : char;
      const end = text.indexOf(closing, i + (isComment ? 4 : 1));
      if (end < 0) return undefined;
      i = end + closing.length - 1;
    } else if (char === "[") depth++;
    else if (char === "]") depth--;
    else if (char === ">" && depth <= 0) return i + 1;
  }
  return undefined;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = text.indexOf("\n", from); i >= 0 && i < to; i = text.indexOf("\n", i + 1)) count++;
  return count;
}
