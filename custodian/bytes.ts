// Reading what others send, and no more of it than may come.

/** All of it; undefined as soon as there is more than the limit: whoever never ends fills no memory. */
export async function readUpTo(
  source: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** An answer's text; undefined when it is larger than the limit. */
export async function readText({ body }: Response, limit: number): Promise<string | undefined> {
  if (body === null) return "";
  return (await readUpTo(body, limit))?.toString("utf8");
}
