// The operator's way to a running server with PGlite, whose folder takes one process: a socket in the
// data folder, which only the server's own user can reach. It is in no network.
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { isAbsolute, join, relative } from "node:path";
import { json } from "node:stream/consumers";
import { type Bodies, createBodies } from "../limits/body.ts";
import { PRIVATE_FILE } from "../store/modes.ts";
import type { Log } from "../work/log.ts";
import type { Exported } from "./export.ts";
import { Problem } from "./problem.ts";
import type { Status } from "./status.ts";

type Answers = {
  readonly status: () => Promise<Status>;
  /** The path is absolute: the server's working folder is another. */
  readonly export: (file: string) => Promise<Exported>;
};

const MAX_BODY_BYTES = 16_384;
const BODIES_BYTES = 64 * MAX_BODY_BYTES;

/** A socket's path may have some hundred bytes only: the shorter way to it. */
function socketIn(folder: string): string {
  const path = join(folder, "operator.sock");
  const near = relative(process.cwd(), path);
  return near.length < path.length ? near : path;
}

/** Answers the operator until told to stop. The folder's lock is held: what is there is a dead one's. */
export async function listenForOperator(
  folder: string,
  answers: Answers,
  log: Log,
): Promise<() => Promise<void>> {
  if (process.platform === "win32") return async () => {};
  const path = socketIn(folder);
  rmSync(path, { force: true });
  const parts = { answers, log, bodies: createBodies(BODIES_BYTES) };
  const server = createServer((asked, response) => void answer(parts, asked, response));
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
  } catch (err) {
    // Everything else goes on; only these commands have to wait for a stop.
    log.warn({ err }, "no socket for the operator's commands: stop the server to use them");
    return async () => {};
  }
  chmodSync(path, PRIVATE_FILE);
  return () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };
}

async function answer(
  { answers, log, bodies }: { answers: Answers; log: Log; bodies: Bodies },
  asked: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  try {
    const body = await bodies.read({
      request: asked,
      response,
      address: "operator",
      limit: MAX_BODY_BYTES,
    });
    if (asked.url === "/status") return void send(200, await answers.status());
    const { file } = JSON.parse(body?.toString() || "{}") as { file?: unknown };
    if (asked.url === "/export" && typeof file === "string" && isAbsolute(file)) {
      return void send(200, await answers.export(file));
    }
    send(404, {
      exit: 2,
      message: "the running server has no such command: is it of this release?",
    });
  } catch (err) {
    if (err instanceof Problem) return void send(400, { exit: err.exit, message: err.message });
    log.warn({ err }, "an operator's command failed");
    const { code, path } = err as NodeJS.ErrnoException;
    const message = code && path ? `${path}: ${code}` : "the server could not do it: see its log";
    send(500, { exit: 3, message });
  }
}

/**
 * Asks the server that runs on a folder; undefined when none does. Throws Problem when it could not
 * do what it was asked.
 */
export function askServer(folder: string, path: string, body: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socketIn(folder), path, method: "POST" }, (response) => {
      json(response)
        .then((value) => {
          if (response.statusCode === 200) return resolve(value);
          const { exit, message } = value as Problem;
          reject(new Problem(exit, message));
        })
        .catch(reject);
    });
    // No socket, or a dead server's.
    asked.once("error", (problem: NodeJS.ErrnoException) => {
      if (["ENOENT", "ECONNREFUSED"].includes(problem.code ?? "")) resolve(undefined);
      else reject(problem);
    });
    asked.end(JSON.stringify(body));
  });
}
