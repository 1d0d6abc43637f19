// Runs a custodian by the environment alone, until told to stop by SIGINT or SIGTERM, or until whoever started it with a
// channel is gone.
import { readSettings } from "./settings.ts";
import { startCustodian } from "./start.ts";

// Whatever it makes is its user's alone.
process.umask(0o077);
try {
  const custodian = await startCustodian(readSettings(process.env));
  let isStopping = false;
  const stop = () => {
    // A terminal tells all of its processes, and each may pass it on.
    if (isStopping) return;
    isStopping = true;
    void custodian.stop().then(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  const { url, address } = custodian;
  process.send?.({ url, address });
  if (process.channel !== undefined) {
    process.once("disconnect", stop);
    if (!process.connected) stop();
  }
} catch (problem) {
  console.error((problem as Error).message);
  process.exit(1);
}
