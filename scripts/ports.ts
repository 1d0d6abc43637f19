// Says who to ask when a port is taken, before anything is started.
import { createServer } from "node:net";
import { StartError } from "./home.ts";

/** Throws StartError when something listens on the port of the loopback interface. */
export function requireFreePort(port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", () =>
      reject(
        new StartError(
          `Port ${port} is taken, perhaps by another npm start. Stop that, or choose another port: npm start -- ${flag} <number>`,
        ),
      ),
    );
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}
