// The sample's commands: the command line as users have it, run in this process and shown as it would be typed.
import { run } from "../client/cli.ts";
import { StartError } from "./home.ts";

/** Custodians see after seconds who has come, and the operator anchors after seconds what was deposited. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 500;
/** What a little later may be otherwise. */
const PASSING = ["TooFewCustodians", "NothingToCut", "ServerUnavailable", "NoParticipantKey"];

// biome-ignore lint/suspicious/noExplicitAny: each command has its own JSON, and the sample reads a word of it
type Answer = any;
type Told = { readonly error?: { readonly kind: string; readonly message: string } };

export type Commands = {
  /** Runs one, shown as it would be typed. Tries again what may pass. Throws StartError when it fails. */
  readonly tell: (...args: readonly string[]) => Promise<Answer>;
  /** The same, unseen. */
  readonly ask: (...args: readonly string[]) => Promise<Answer>;
  /** Asks until the answer is good. Throws StartError after two minutes. */
  readonly until: (isGood: (answer: Answer) => boolean, ...args: string[]) => Promise<Answer>;
};

/** The commands on a data folder. */
export function commandsIn(data: string, say: (text: string) => void): Commands {
  const shown = (args: readonly string[]) => args.map((one) => quoted(short(one, data))).join(" ");
  const ask = async (...args: readonly string[]): Promise<Answer> => {
    const before = Date.now();
    for (;;) {
      const { code, answer } = await runOnce([...args, "--data", data, "--json"]);
      if (code === 0) return answer;
      const { error } = answer as Told;
      const isPassing = PASSING.includes(error?.kind ?? "") && Date.now() - before < PATIENCE_MS;
      if (!isPassing) {
        throw new StartError(`cohort ${shown(args)}: ${error?.message ?? `ended with ${code}`}`);
      }
      await pause();
    }
  };
  return {
    ask,
    tell: async (...args) => {
      say(`  cohort ${shown(args)}`);
      return await ask(...args);
    },
    until: async (isGood, ...args) => {
      const before = Date.now();
      for (;;) {
        const answer = await ask(...args);
        if (isGood(answer)) return answer;
        if (Date.now() - before > PATIENCE_MS) {
          throw new StartError(`cohort ${shown(args)}: nothing changes any more`);
        }
        await pause();
      }
    },
  };
}

/** Runs a command and keeps its one JSON value. */
async function runOnce(args: readonly string[]): Promise<{ code: number; answer: Answer }> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (text: unknown) => void lines.push(String(text));
  try {
    const code = await run(args);
    return { code, answer: lines.length === 0 ? {} : JSON.parse(lines.join("\n")) };
  } finally {
    console.log = log;
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** A path in the data folder by its end: the whole of it is the same in every line. */
function short(text: string, data: string): string {
  return text.startsWith(`${data}/sample/`) ? text.slice(`${data}/sample/`.length) : text;
}

function quoted(text: string): string {
  return /^[\w.,/:=@-]+$/.test(text) ? text : `'${text}'`;
}
