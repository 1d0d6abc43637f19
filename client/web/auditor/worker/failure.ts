// Errors on their way from the worker to the page, and why a node did not answer.
import { isRefusalCode, Refusal } from "../../../../circuits/statement/refusal.ts";
import { MissingPart } from "../../shared/missingPart.ts";
import type { Failure } from "./messages.ts";

export function toFailure(problem: unknown): Failure {
  if (problem instanceof Refusal) {
    const { name, message, code, details } = problem;
    const texts = Object.entries(details).map(([key, value]) => [key, String(value)]);
    return { name, message, code, details: Object.fromEntries(texts) };
  }
  if (problem instanceof Error) return { name: problem.name, message: problem.message };
  return { name: "Error", message: "Something unexpected happened." };
}

/** The error again, on the page. */
export function fromFailure({ name, message, code, details }: Failure): Error {
  if (code !== undefined && isRefusalCode(code)) return new Refusal(code, details);
  return name === "MissingPart" ? new MissingPart() : Object.assign(new Error(message), { name });
}

/**
 * What keeps a node's answers away, when that is what went wrong. A browser says the same of a node that is
 * away and of one that does not let pages read it: a request whose answer nobody reads tells them apart.
 */
export async function whyAway(
  problem: unknown,
  node: string | undefined,
): Promise<Failure | undefined> {
  const isAway = problem instanceof Error && problem.name === "ServerUnavailable";
  if (!isAway || node === undefined || !/chain's node/.test(problem.message)) return undefined;
  if (!problem.message.includes("eth_chainId") && !problem.message.includes("Receipt")) {
    return { name: "NodeAway", message: "The node stopped answering. Start the check again." };
  }
  const isThere = await fetch(node, { method: "POST", mode: "no-cors", body: "{}" }).then(
    () => true,
    () => false,
  );
  const message = isThere
    ? "The node answers, but does not let pages of this origin read it (CORS), or is not a node. Allow this origin in the node's settings, or use the command line: npx cohort audit."
    : "Nothing answers at the node's address. Check the address, and that the node is running.";
  return { name: "NodeAway", message };
}
