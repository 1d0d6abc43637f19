// Set up before the files that vitest.config.ts names: proving keys of the tests' own, in the place of those of the
// repository and of Semaphore's. Their trapdoors are known, so the last and long step of a proof, 5 to 15 seconds, is
// simulated; the verifiers, on the chain, in the server and at the desk, are the real ones for these keys. Everything
// before that step is real as well: a statement that the circuit's program does not accept has no proof here either.
import { vi } from "vitest";

vi.mock("../../circuits/witness/prove.ts", async (original) => {
  const real = await original<typeof import("../../circuits/witness/prove.ts")>();
  const { simulateProve } = await import("./simulated.ts");
  return { ...real, prove: simulateProve() };
});

vi.mock("@semaphore-protocol/core", async (original) => {
  const { simulateMembership } = await import("./simulated.ts");
  return { ...(await original<object>()), generateProof: simulateMembership };
});

vi.mock("../../circuits/artifacts/read.ts", async (original) => {
  const real = await original<typeof import("../../circuits/artifacts/read.ts")>();
  const { parsedKey, readOnce } = await import("./simulated.ts");
  return { ...real, readArtifact: readOnce(real), readVerificationKey: parsedKey };
});

vi.mock("../../circuits/statement/proof/semaphoreKeys.ts", async (original) => {
  const { parsedKey } = await import("./simulated.ts");
  return { ...(await original<object>()), semaphoreKey: () => parsedKey("semaphore") };
});

vi.mock("../../contracts/artifact.ts", async (original) => {
  const real = await original<typeof import("../../contracts/artifact.ts")>();
  const { ownVerifier } = await import("./simulated.ts");
  const readArtifact: typeof real.readArtifact = (name) =>
    ownVerifier(name) ?? real.readArtifact(name);
  return { ...real, readArtifact };
});

vi.mock("../../client/auditor/proof/published.node.ts", async (original) => {
  const real = await original<typeof import("../../client/auditor/proof/published.node.ts")>();
  const { ownPublishedKeys } = await import("./simulated.ts");
  return { ...real, publishedKeys: async () => ownPublishedKeys(await real.publishedKeys()) };
});

vi.mock("../../scripts/web.ts", async (original) => {
  const real = await original<typeof import("../../scripts/web.ts")>();
  const { pagesWithOwnKeys } = await import("./ownPages.ts");
  real.buildWeb(() => {});
  return { ...real, WEB_DIR: pagesWithOwnKeys(real.WEB_DIR) };
});
