// Where the auditor's node is. An address may hold a provider's key in its path, so only a bare one is remembered.
const REMEMBERED = "auditor-node";
/** Where a node of one's own usually listens. */
export const USUAL_NODE = "http://127.0.0.1:8545";

/** The one that was chosen last; undefined before the first. */
export function rememberedNode(): string | undefined {
  try {
    return localStorage.getItem(REMEMBERED) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The embedded chain's address, of an exchange that runs on this computer alone; null on a real one. */
export async function embeddedNode(): Promise<string | null> {
  const answer = await fetch("/development/node");
  return answer.ok ? ((await answer.json()) as { node: string | null }).node : null;
}

/** Keeps an address for the next visit, unless anything in it could be a secret. */
export function rememberNode(node: string): void {
  const { origin, pathname, search, hash, username, password } = new URL(node);
  const isBare = pathname === "/" && !search && !hash && !username && !password;
  try {
    if (isBare) localStorage.setItem(REMEMBERED, origin);
  } catch {
    // A browser without storage: the next visit starts from the suggestion.
  }
}

/** What is wrong with a node's address, in the page's policy's terms; undefined when it will do. */
export function refuseNode(node: string): string | undefined {
  if (!URL.canParse(node)) return "Write the whole address, as in https://node.example.org";
  const { protocol, hostname } = new URL(node);
  if (protocol === "https:") return undefined;
  const isHere = protocol === "http:" && (hostname === "localhost" || hostname === "127.0.0.1");
  if (isHere) return undefined;
  return "Use https, or a node on this computer (http://127.0.0.1 or http://localhost)";
}
