// A dataset's writing in a process of its own, as `cohort sponsor data fetch` ends: killed, it leaves what it leaves. Says
// UP once it writes, and DONE, or what failed.
import { writeSync } from "node:fs";
import { fillFolder } from "../../client/exchange/dataset/files.node.ts";
import { writeDataset } from "../../client/exchange/dataset/write.ts";
import { manyVisits } from "./attackWritten.ts";

const [, , folder = "", replaces] = process.argv;
const { opened, packages, opening, refused } = manyVisits();
try {
  await fillFolder(
    folder,
    (files) => {
      writeSync(1, "UP\n");
      const omissions = [refused];
      return writeDataset({ opened, packages, opening, omissions, files, now: new Date(0) });
    },
    { replaces: replaces === "replaces" },
  );
  writeSync(1, "DONE\n");
} catch (problem) {
  const { code, message } = problem as NodeJS.ErrnoException;
  writeSync(1, `${code ?? message}\n`);
  process.exit(1);
}
