// Says who to ask when a port is taken, before anything is started.
import { freePort } from "../server/embedded/anvil.ts";
import { StartError } from "./home.ts";

/** Throws StartError when something listens on the port of the loopback interface. */
export async function requireFreePort(port: number, flag: string): Promise<void> {
  try {
    await freePort("127.0.0.1", port);
  } catch {
    throw new StartError(
      `Port ${port} is taken, perhaps by another npm start. Stop that, or choose another port: npm start -- ${flag} <number>`,
    );
  }
}
