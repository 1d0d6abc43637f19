import { useEffect, useState } from "react";
import { useDeployment } from "../../shared/exchange.tsx";

/** The chain's time in Unix seconds, ticking; this computer's clock may be wrong. Undefined until it is known. */
export function useChainClock(): number | undefined {
  const { data, dataUpdatedAt } = useDeployment();
  const [here, setHere] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setHere(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  if (data === undefined) return undefined;
  return data.chainTime + Math.max(0, Math.floor((here - dataUpdatedAt) / 1000));
}
