// Names of contents.
import { createHash } from "node:crypto";

export const digestOf = (bytes: string): string => createHash("sha256").update(bytes).digest("hex");
