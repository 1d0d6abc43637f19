import { LeanIMT } from "@zk-kit/lean-imt";
import { hashPair } from "../../circuits/statement/hash.ts";
import { audit } from "../../client/auditor/audit.ts";
import { playHistory, openHistory, KEYS, proveConsented, proveScreened } from "./history.ts";
import { argsAt, copy, find, lie, play, record, rulesOf } from "./recording.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { number, DAY } from "../../test/contracts/world.ts";
const N = Number(process.argv[2]);
const history = await playHistory();
const h: any = copy(await record(await openHistory(history)));
await history.world.close();
const sc = argsAt(h, "Screened", find(h, "Screened", -1)) as any;
const co = argsAt(h, "Consented", find(h, "Consented", -1)) as any;
const groupId = sc.groupId;
const members: bigint[] = [];
for (let i = 0; ; i++) { try { const m: any = argsAt(h, "MemberAdded", find(h, "MemberAdded", i)); if (m.groupId === groupId) members.push(m.identityCommitment); } catch { break; } }
const tree = new LeanIMT<bigint>(hashPair, members);
const { addresses } = h.deployment;
const time = BigInt(h.head.timestamp);
let block = h.head.number;
const add = (name: string, contract: any, args: any, index: number) => {
  const f = interfaceOf(contract).getEvent(name)!;
  const { data, topics } = interfaceOf(contract).encodeEventLog(f, f.inputs.map((i) => args[i.name]));
  h.logs.push({ address: addresses[contract], topics, data, blockNumber: block, transactionHash: `0x${block.toString(16).padStart(64, "0")}`, logIndex: index });
};
const asOf = sc.asOf; // same day? adjust
import { packAsOf, dayOfTimestamp } from "../../circuits/statement/day.ts";
const lastRoot = argsAt(h, "Screened", find(h, "Screened", -1)).recordsRoot;
let t0 = performance.now();
for (let i = 0; i < N; i++) {
  block++; h.blocks.set(block, { number: block, hash: "0x" + block, timestamp: Number(time) });
  const c = number(`c${i}`);
  tree.insert(c);
  add("MemberAdded", "Semaphore", { groupId, index: BigInt(tree.size - 1), identityCommitment: c, merkleTreeRoot: tree.root }, 1);
  const s = { ...sc, nullifier: number(`n${i}`), participantCommitment: c, asOf: packAsOf(dayOfTimestamp(time)), recordsRoot: lastRoot };
  add("Screened", "Enrollment", { ...s, points: proveScreened(history, s) }, 2);
  block++; h.blocks.set(block, { number: block, hash: "0x" + block, timestamp: Number(time) });
  const statement = { ...co.statement, submitBy: time + 60n, validUntil: time + BigInt(DAY), sequence: 1n };
  const a = { ...co, pseudonym: number(`p${i}`), statement, groupId, groupRoot: tree.root };
  add("Consented", "Enrollment", { ...a, points: proveConsented(history, a) }, 1);
  add("StateChanged", "Enrollment", { trialId: a.trialId, pseudonym: a.pseudonym, state: 1 }, 2);
}
h.head = { ...h.head, number: block };
console.log("made", N * 2, "proofs in", Math.round(performance.now() - t0), "ms");
t0 = performance.now(); const cpu = process.cpuUsage();
const result = await audit({ source: play(h, 5000), keys: KEYS });
const used = process.cpuUsage(cpu);
console.log({ ms: Math.round(performance.now() - t0), cpuMs: Math.round((used.user + used.system) / 1000), verified: result.verifiedProofs, rules: [...new Set(rulesOf(result))], findings: result.findings.length, rssMB: Math.round(process.memoryUsage().rss / 1e6), heapMB: Math.round(process.memoryUsage().heapUsed / 1e6) });
t0 = performance.now();
await audit({ source: play(h, 5000), keys: KEYS, limits: { from: block + 1 } });
console.log("without proofs", Math.round(performance.now() - t0), "ms");
process.exit(0);
