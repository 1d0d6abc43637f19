// Which release this is, for whoever keeps it: in backups, data folders and the state of the server.
import { readFileSync } from "node:fs";

const { version } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { version: string };

export const RELEASE = version;
