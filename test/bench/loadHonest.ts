// The honest half of the load: everybody at once, each a client that waits and sends again when the server is full.
import { RESULT } from "../support/stage.ts";

export type Honest = {
  /** Milliseconds to the answer that took it in, from the first attempt. */
  readonly answers: readonly number[];
  /** Milliseconds from there until it was seen final. */
  readonly finals: readonly number[];
  /** Refusals that say "later", by code. */
  readonly again: ReadonlyMap<string, number>;
  readonly seconds: { readonly answered: number; readonly final: number };
};

const MUTATION = `mutation ($input: ScreeningInput!) { submitScreening(input: $input) ${RESULT} }`;
/** As many as one request may ask for. */
const ASKED_AT_ONCE = 10;
/** What a client answers by sending the same again. */
const LATER = new Set(["QueueFull", "StorageUnavailable", "ChainUnavailable"]);
const POLL_MS = 1_000;
const AGAIN_MS = 1_000;
const LIMIT_MS = 900_000;

export async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body });
  return { status: response.status, text: await response.text() };
}

export async function submitAll(
  url: string,
  inputs: readonly unknown[],
  say: (line: string) => void,
): Promise<Honest> {
  const began = performance.now();
  const answers: number[] = [];
  const again = new Map<string, number>();
  const taken = new Map<string, number>();
  const submit = async (input: unknown) => {
    const start = performance.now();
    const body = JSON.stringify({ query: MUTATION, variables: { input } });
    for (;;) {
      const { text } = await post(url, body);
      const { submitScreening: answer } = JSON.parse(text).data ?? {};
      if (LATER.has(answer?.code)) again.set(answer.code, (again.get(answer.code) ?? 0) + 1);
      else if (answer?.id === undefined)
        throw new Error(`an honest screening was refused: ${text}`);
      else {
        answers.push(performance.now() - start);
        taken.set(answer.id, performance.now());
        return;
      }
      await pause(AGAIN_MS);
    }
  };
  const ended = { answered: 0 };
  const submitting = Promise.all(inputs.map(submit)).then(() => {
    ended.answered = performance.now();
    say(`all answered after ${Math.round((ended.answered - began) / 1000)} s`);
  });
  const finals: number[] = [];
  const waiting = (async () => {
    while (finals.length < inputs.length) {
      if (performance.now() - began > LIMIT_MS) throw new Error(`only ${finals.length} are final`);
      for (const id of await finalOf(url, [...taken.keys()])) {
        finals.push(performance.now() - taken.get(id)!);
        taken.delete(id);
      }
      await pause(POLL_MS);
    }
  })();
  await Promise.all([submitting, waiting]);
  const since = (at: number) => (at - began) / 1000;
  return {
    ...{ answers, finals, again },
    seconds: { answered: since(ended.answered), final: since(performance.now()) },
  };
}

/** Which of these are final. Throws when one was refused. */
async function finalOf(url: string, ids: readonly string[]): Promise<string[]> {
  const final: string[] = [];
  for (let i = 0; i < ids.length; i += ASKED_AT_ONCE) {
    const some = ids.slice(i, i + ASKED_AT_ONCE);
    const fields = some.map((id, k) => `a${k}: submission(id: "${id}") { id state }`);
    const { text } = await post(url, JSON.stringify({ query: `{ ${fields.join(" ")} }` }));
    const found = Object.values(JSON.parse(text).data) as { id: string; state: string }[];
    if (found.some(({ state }) => state === "REFUSED")) throw new Error(`refused: ${text}`);
    final.push(...found.filter(({ state }) => state === "FINAL").map(({ id }) => id));
    // The oldest first: when these are not final, later ones are not either.
    if (!found.some(({ state }) => state === "FINAL")) break;
  }
  return final;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
