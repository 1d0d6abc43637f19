// What can be wrong with a passkey, said so that one knows what to do.
import { msg, t } from "../../shared/language.ts";

/** The passkey was not made, or did not unlock, in words that say what to do. */
export class PasskeyFails extends Error {
  override readonly name = "PasskeyFails";
}

/** For a passkey that holds an earlier passphrase. */
export function outdated(): PasskeyFails {
  return new PasskeyFails(
    t(
      "it was made for an earlier passphrase. Unlock with the passphrase, and add the passkey again in the settings",
    ),
  );
}

/** Passkeys belong to a name, and an address of digits has none. Refuses with PasskeyFails. */
export function requirePasskeys(): void {
  const { hostname, port, protocol } = location;
  if (/^[\d.]+$|^\[/.test(hostname)) {
    const instead =
      hostname === "127.0.0.1"
        ? t(
            "Open {{protocol}}//localhost:{{port}}/wallet instead, and bring your wallet there with its recovery file",
            { protocol, port },
          )
        : t("Ask whoever runs the exchange for its name");
    throw new PasskeyFails(
      t("passkeys do not work at an address of digits. {{instead}}", { instead }),
    );
  }
  if (globalThis.PublicKeyCredential === undefined || !isSecureContext) {
    throw new PasskeyFails(t("this browser has no passkeys here. Go on with your passphrase"));
  }
}

const WORDS: Readonly<Record<string, string>> = {
  NotAllowedError: msg("it was cancelled, or took too long. Try again, or use your passphrase"),
  SecurityError: msg("the browser allows no passkeys at this address. Use your passphrase"),
  NotSupportedError: msg("this device has no authenticator that fits. Use your passphrase"),
  InvalidStateError: msg(
    "the authenticator did not take it. Try another one, or use your passphrase",
  ),
};

/** What age or the browser threw, in words. */
export function explained(problem: unknown): PasskeyFails {
  if (problem instanceof DOMException) {
    const words =
      WORDS[problem.name] !== undefined
        ? t(WORDS[problem.name]!)
        : t("the browser said {{name}}. Use your passphrase", { name: problem.name });
    return new PasskeyFails(words);
  }
  if (problem instanceof Error && /PRF/.test(problem.message)) {
    return new PasskeyFails(
      t(
        "this authenticator cannot unlock a wallet, since it has no PRF extension. Try another one, such as a newer phone or security key, or use your passphrase. What it just stored can be deleted in its own settings",
      ),
    );
  }
  return new PasskeyFails(t("it does not open this wallet. Use your passphrase"));
}
