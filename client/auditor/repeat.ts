// An audit repeated from a bundle in a page: no disk, no network.
import { sha256 } from "../artifacts/artifacts.ts";
import { audit } from "./audit/audit.ts";
import type { AuditProgress, ChainAudit } from "./browser.ts";
import { type BundleLine, damaged, readBundle } from "./node/bundle.ts";
import type { Event } from "./node/event.ts";
import type { PublishedKeys } from "./proof/published.ts";
import { makeReport, reportHash } from "./report/report.ts";

/** Repeats an audit. Throws InputError when the bundle is damaged, cut short or of another kind. */
export async function auditBundle(options: {
  readonly bundle: Blob;
  readonly name: string;
  readonly keys: PublishedKeys;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AuditProgress) => void;
  /** Told with the deployment that the bundle names, before any event. */
  readonly onDeployment?: (deployment: unknown) => void;
  readonly onEvent?: (event: Event) => void;
}): Promise<ChainAudit> {
  const { bundle, name, onDeployment, ...rest } = options;
  const { source, limits, leaves } = await readBundle({
    name,
    lines: () => readLines(name, bundle),
    startHash,
  });
  onDeployment?.(source.deployment);
  const result = await audit({ ...rest, source, limits, leaves });
  const report = makeReport(result);
  return { report, hash: reportHash(report), audit: result };
}

/** Browsers hash whole texts only: what was given is kept until then. */
function startHash() {
  const texts: string[] = [];
  return {
    update: (text: string) => texts.push(text),
    digest: async () => sha256(new Uint8Array(await new Blob(texts).arrayBuffer())),
  };
}

async function* readLines(name: string, bundle: Blob): AsyncGenerator<BundleLine> {
  const reader = bundle
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let rest = "";
  const next = () =>
    reader.read().catch(() => {
      throw damaged(name);
    });
  try {
    for (let part = await next(); !part.done; part = await next()) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop()!;
      for (const text of lines) yield { text, json: parse(name, text) };
    }
    if (rest !== "") throw damaged(name);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(name);
  }
}
