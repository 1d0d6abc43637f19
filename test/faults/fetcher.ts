// A sponsor's fetch in a process of its own, with the command line's folder: killed, it leaves what came. Told on its input
// what to fetch; says on its output what was opened.
import { writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { connect } from "../../client/api/api.ts";
import { folderStore } from "../../client/exchange/folder.node.ts";
import { fetchAll } from "../exchange/attackActs.ts";
import { connectTo } from "../support/chain.ts";

/** Big integers as decimal text, bytes in hexadecimal. */
export type FetchTask = {
  readonly url: string;
  readonly parties: readonly { readonly url: string }[];
  readonly folder: string;
  readonly deployment: unknown;
  readonly trialId: string;
  readonly scope: string;
  readonly cut: { readonly cutId: string; readonly hashes: readonly string[] };
  readonly asked: {
    readonly registry: string;
    readonly requestId: string;
    readonly until: number;
    readonly privateKey: string;
  };
};

const task = JSON.parse(await text(process.stdin)) as FetchTask;
const { cut, asked, trialId, folder } = task;
const ground = {
  chain: { deployment: task.deployment, provider: connectTo("http://127.0.0.1:9") },
  story: { trialId, scope: BigInt(task.scope) },
  api: connect({ url: task.url }),
  parties: task.parties,
} as unknown as Parameters<typeof fetchAll>[0];
// Whoever kills it knows from here on that it is at work.
writeSync(1, "UP\n");
try {
  const { opened, omissions } = await fetchAll(
    ground,
    { cutId: BigInt(cut.cutId), hashes: cut.hashes },
    {
      ...{ registry: asked.registry, requestId: BigInt(asked.requestId), until: asked.until },
      privateKey: new Uint8Array(Buffer.from(asked.privateKey, "hex")),
    },
    folderStore(folder),
  );
  writeSync(1, `${JSON.stringify({ opened, omissions })}\n`);
  process.exit(0);
} catch (problem) {
  const { code, path, message } = problem as NodeJS.ErrnoException;
  writeSync(1, `${JSON.stringify({ code, path, message })}\n`);
  process.exit(1);
}
