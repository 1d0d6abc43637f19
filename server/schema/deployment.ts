// The deployment and its artifacts: what a client must know before it can prove or sign.

import type { Deployment } from "../../contracts/deployment.ts";
import type { ArtifactShape } from "../verify/artifacts.ts";
import { builder } from "./builder.ts";

const ContractType = builder.objectRef<DeploymentShape["contracts"][number]>("Contract").implement({
  description: "A deployed contract.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "Its name." }),
    address: t.expose("address", { type: "Address", description: "Its address." }),
  }),
});

export const DeploymentType = builder.objectRef<DeploymentShape>("Deployment").implement({
  description: "The chain and contracts this server works on.",
  fields: (t) => ({
    chainId: t.expose("chainId", { type: "Uint", description: "EIP-155 chain id." }),
    contracts: t.field({
      type: [ContractType],
      description: "Contracts by name.",
      resolve: (d) => d.contracts,
    }),
    deployBlock: t.exposeInt("deployBlock", { description: "First block to read events from." }),
    keys: t.exposeString("keys", {
      description: "DEV: proving keys are development keys, forgeable by their maker.",
    }),
    blockNumber: t.field({
      type: "Int",
      description: "The newest block this server has read.",
      resolve: (_, __, { indexer }) => indexer.block(),
    }),
    chainTime: t.field({
      type: "DateTime",
      description:
        "Time of the block that a transaction sent now would be in: the day to prove for.",
      resolve: async (_, __, { chain }) => new Date((await chain.time()) * 1000),
    }),
    rootWindowSeconds: t.exposeInt("rootWindowSeconds", {
      description: "How long a superseded records root stays good.",
    }),
    forwarderName: t.exposeString("forwarderName", {
      description: "Name in the EIP-712 domain of the ERC2771Forwarder; its version is 1.",
    }),
    signInDomain: t.exposeString("signInDomain", {
      description: "The domain a SIWE message must name.",
    }),
  }),
});

export const ArtifactType = builder.objectRef<ArtifactShape>("Artifact").implement({
  description: "A proving artifact. Check its hash before use.",
  fields: (t) => ({
    name: t.exposeString("name", { description: "For instance eligibility-8.zkey." }),
    url: t.exposeString("url", { description: "Path on this server; sent brotli-compressed." }),
    sha256: t.exposeString("sha256", { description: "Of the unpacked bytes, in hexadecimal." }),
    bytes: t.exposeInt("bytes", { description: "Size unpacked." }),
    keys: t.exposeString("keys", { description: "DEV for development keys." }),
  }),
});

type DeploymentShape = {
  readonly chainId: string;
  readonly contracts: readonly { readonly name: string; readonly address: string }[];
  readonly deployBlock: number;
  readonly keys: string;
  readonly rootWindowSeconds: number;
  readonly forwarderName: string;
  readonly signInDomain: string;
};

export function presentDeployment(
  deployment: Deployment,
  known: {
    readonly signInDomain: string;
    forwarderName: string;
  },
): DeploymentShape {
  return {
    chainId: String(deployment.chainId),
    contracts: Object.entries(deployment.addresses).map(([name, address]) => ({
      name,
      address: address.toLowerCase(),
    })),
    deployBlock: deployment.deployBlock,
    keys: deployment.keys,
    rootWindowSeconds: deployment.rootWindowSeconds,
    forwarderName: known.forwarderName,
    signInDomain: known.signInDomain,
  };
}
