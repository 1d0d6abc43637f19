// Files that an import must refuse: exports, each with one thing wrong.
import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { linesIn, writeLines } from "./ownRows.ts";
import { paperDeployment } from "./paperDeployment.ts";

type Wrong = { name: string; make: (file: string) => void; says: RegExp };
const other = paperDeployment().addresses.Screening;

/** What is wrong, a writer of such a file, and what the refusal says. `exported`: a good one. */
export function wrongExports(exported: string): Wrong[] {
  const lines = () => linesIn(exported);
  const changed = (from: string | RegExp, to: string) => (file: string) =>
    writeLines(
      file,
      lines().map((line) => line.replace(from, to)),
    );
  const cutTo = (part: number) => (file: string) => {
    writeFileSync(file, readFileSync(exported));
    truncateSync(file, Math.floor(statSync(exported).size * part));
  };
  return [
    { name: "cut to nothing", make: cutTo(0), says: /cut off/ },
    { name: "cut in the middle", make: cutTo(0.5), says: /cut off/ },
    { name: "cut before its last bytes", make: cutTo(0.999), says: /cut off/ },
    {
      name: "without its last line",
      make: (file) => writeLines(file, [...lines().slice(0, -1), "{}"], false),
      says: /line 47\d: not a row|cut off/,
    },
    {
      name: "with another digit in a row",
      make: (file) =>
        writeLines(
          file,
          lines().map((line) => line.replace('"next_nonce": 700', '"next_nonce": 701')),
          false,
        ),
      says: /was altered/,
    },
    {
      name: "with a row less",
      make: (file) => writeLines(file, lines().toSpliced(5, 1)),
      says: /not hold the numbers of rows/,
    },
    {
      name: "that goes on after its end",
      make: (file) => writeLines(file, [...lines(), '{"documents":{}}'], false),
      says: /goes on after its end/,
    },
    {
      name: "of another chain",
      make: changed('"chainId":31337', '"chainId":1'),
      says: /on chain 1, this server's is on chain 31337/,
    },
    {
      name: "of another deployment",
      make: changed(`"Screening":"${other}"`, `"Screening":"0x${"9".repeat(40)}"`),
      says: /another deployment: its Screening is at/,
    },
    {
      name: "of a newer release",
      make: changed("own-tables/2", "own-tables/3"),
      says: /newer release \(format 3, this one reads 2\)/,
    },
    {
      name: "of something else",
      make: (file) => writeLines(file, ['{"hello":1}', "{}"]),
      says: /not an export/,
    },
    {
      name: "that is no packed file",
      make: (file) => writeFileSync(file, "hello"),
      says: /damaged, or not an export/,
    },
    {
      name: "with a table of its own",
      make: changed('{"relayers":', '{"pg_authid":'),
      says: /not a row of a table/,
    },
    {
      name: "with a column of its own",
      make: changed('{"relayers":{', '{"relayers":{"admin":true,'),
      says: /relayers .*format/,
    },
    {
      name: "with a document that is not what its hash says",
      make: changed('"content": "a form"', '"content": "b form"'),
      says: /not what its hash says/,
    },
    {
      name: "with an entry that is not what its hash says",
      make: changed('"sequence": 2', '"sequence": 4'),
      says: /entries is not what its hash says/,
    },
    {
      name: "with a purpose that is not what its hash says",
      make: changed("Why: a purpose", "Why: b purpose"),
      says: /texts is not what its hash says/,
    },
    {
      name: "that has the relayer call a stranger",
      make: changed(`"to": "${other}"`, `"to": "0x${"9".repeat(40)}"`),
      says: /not a contract of the deployment/,
    },
  ];
}
