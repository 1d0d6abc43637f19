// Passphrases at a small part of their cost. A story by the command line opens and seals a file with almost every
// command, and what that costs a guesser is tested elsewhere (`patient/wallet`, `clinic/rosterFile`, `site/memory`).
import { scrypt as native } from "node:crypto";
import { promisify } from "node:util";
import { Encrypter } from "age-encryption";
import { scrypt } from "ethers";

/** log2 of scrypt's N; a file says its own, so whoever opens it pays as little. */
const QUICK = 10;

/** Seals so from now on; returns how to end it. */
export function sealQuickly(): () => void {
  const { setScryptWorkFactor } = Encrypter.prototype;
  Encrypter.prototype.setScryptWorkFactor = function () {
    setScryptWorkFactor.call(this, QUICK);
  };
  return () => {
    Encrypter.prototype.setScryptWorkFactor = setScryptWorkFactor;
  };
}

const derive = promisify<Uint8Array, Uint8Array, number, object, Buffer>(native);

// The same function at the same cost, as Node has it: three times as fast as the one in JavaScript.
scrypt.register(async (password, salt, N, r, p, length) => {
  return derive(password, salt, length, { N, r, p, maxmem: 256 * N * r });
});
