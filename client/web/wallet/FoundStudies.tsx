import { useEffect, useRef, useState } from "react";
import { withParticipation } from "../../patient/wallet.ts";
import { useAllTrials } from "./data.tsx";
import { useWallet } from "./vault/session.tsx";

/**
 * A wallet that came back from its keys alone has no diary of its studies. They are found among all of them, which every
 * wallet downloads anyway.
 */
export function FoundStudies() {
  const { wallet } = useWallet();
  // Decided once: the first that is found does not end the search.
  const [isBare] = useState(wallet.records.length === 0);
  return isBare ? <Looking /> : null;
}

function Looking() {
  const { vault } = useWallet();
  const { trials, states } = useAllTrials();
  const looked = useRef(new Set<string>());
  const here = trials.filter((_, i) => states[i]?.data !== undefined);
  const names = here.map(({ protocolNumber }) => protocolNumber).join("\n");
  useEffect(() => {
    const look = async (protocolNumber: string) => {
      const { wallet } = vault.opened;
      if (wallet.participations.some((one) => one.protocolNumber === protocolNumber)) return;
      const found = await vault.checker.run("trial.found", { wallet, protocolNumber });
      if (found !== undefined) await vault.change((now) => withParticipation(now, found));
    };
    for (const name of names.split("\n")) {
      if (name === "" || looked.current.has(name)) continue;
      looked.current.add(name);
      // It is looked for again when the wallet is next opened.
      look(name).catch(() => {});
    }
  }, [names, vault]);
  return null;
}
