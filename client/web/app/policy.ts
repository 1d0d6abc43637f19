// The page's side of its Content-Security-Policy: the nonce for styles that are made at run time, and the one
// Trusted Types policy.

type PolicyRules = {
  createHTML: (text: string) => string;
  createScript: (text: string) => string;
  createScriptURL: (url: string) => string;
};
type Factory = { createPolicy(name: string, rules: PolicyRules): unknown };

/** The nonce that the server wrote into this document. */
export function readNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]');
  const nonce = meta?.content ?? "";
  // What locks the page's scrolling under a dialog asks for the nonce by this name.
  Object.assign(globalThis, { __webpack_nonce__: nonce });
  return nonce;
}

/**
 * Installs the default Trusted Types policy, where browsers have them. Style sheets made at run time go
 * through innerHTML, so text without a tag passes; anything with one does not, nor does code, nor a
 * script from elsewhere.
 */
export function guardSinks(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: Factory };
  trustedTypes?.createPolicy("default", {
    createHTML: (text) => {
      if (text.includes("<")) throw new TypeError("markup is never made from text here");
      return text;
    },
    createScript: () => {
      throw new TypeError("code is never made from text here");
    },
    createScriptURL: (url) => {
      if (new URL(url, location.href).origin === location.origin) return url;
      throw new TypeError("scripts come from this server only");
    },
  });
}
