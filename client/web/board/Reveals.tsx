import { Alert, List, Text } from "@mantine/core";
import { IconEye, IconEyeExclamation } from "@tabler/icons-react";
import type { Compiled } from "../../../circuits/statement/criteria/compile.ts";
import type { Tree } from "../../../circuits/statement/criteria/compileGates.ts";
import { type Flag, flagNarrow } from "../../trial/narrow.ts";

/** What a yes to all parts says about a person, and where that is nearly the value itself. */
export function Reveals({ compiled, today }: { compiled: Compiled; today: number }) {
  const flags = flagNarrow(compiled.programs, today);
  return (
    <>
      <Text mb="sm">
        A yes tells everybody that one person's record meets all proven criteria on that day, and
        nothing more: no value, no date, no name. A no never leaves the patient's device.
      </Text>
      {flags.length === 0 ? (
        <Alert color="teal" icon={<IconEye aria-hidden />} title="No criterion is too narrow">
          No range pins down a value, a date or a birth date almost exactly.
        </Alert>
      ) : (
        <Alert
          color="yellow"
          icon={<IconEyeExclamation aria-hidden />}
          title="A yes gives away more than it seems"
        >
          <List spacing={4} size="sm">
            {flags.map((flag) => (
              <List.Item key={`${JSON.stringify(flag.leaves)} ${flag.text}`}>
                {sentence(flag, compiled)}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}

function sentence(flag: Flag, { criteria }: Compiled): string {
  const which = criteria
    .filter(({ parts, trees }) =>
      flag.leaves.some(({ part, leaf }) =>
        trees.some((tree, i) => parts[i] === part && leavesIn(tree).includes(leaf)),
      ),
    )
    .map(({ id, path }) => id ?? path);
  const end =
    flag.severity === "refuse"
      ? "Wallets refuse to prove this."
      : "Wallets warn the patient about it first.";
  return `${which.join(", ")}: ${flag.text}. ${end}`;
}

function leavesIn(tree: Tree): number[] {
  return "leaf" in tree ? [tree.leaf] : tree.of.flatMap(leavesIn);
}
