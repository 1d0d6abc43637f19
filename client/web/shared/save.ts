/** Hands the reader a file to keep. */
export function saveFile(name: string, content: string | Uint8Array, type: string): void {
  const part = typeof content === "string" ? content : new Uint8Array(content);
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The download has begun; the browser keeps what it needs of it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
