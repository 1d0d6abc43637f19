// The one file of circomlibjs that is used, with the types of the whole.
declare module "*/circomlibjs/src/poseidon_wasm.js" {
  export { buildPoseidon } from "circomlibjs";
}
