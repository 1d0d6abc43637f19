// A chain with an open trial and a server on it, for the tests of one file.
import { afterAll } from "vitest";
import { startTestServer, type TestServer } from "./server.ts";
import { STAGE_KEYS, type Stage, startStage } from "./stage.ts";

/** Starts both; they end after the file's last test. */
export async function openServed(): Promise<{ stage: Stage; server: TestServer }> {
  const stage = await startStage();
  afterAll(stage.stop);
  const server = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS });
  // Hooks of the end run in reverse: the server goes first.
  afterAll(server.end);
  return { stage, server };
}
