// Packages in an S3 bucket. The library is loaded with the first one, and only where it is set. Account and region are
// what it finds by itself (AWS_ACCESS_KEY_ID, AWS_REGION, a role of the machine ...): none of it passes through here.
import type { Readable } from "node:stream";
import type { PackageStore } from "./store.ts";

type Place = { readonly bucket: string; readonly prefix: string };

/** `s3://<bucket>` or `s3://<bucket>/<prefix>`. */
const URL_FORM = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w!.*'()/-]*))?$/;

function placeOf(url: string): Place {
  const [, bucket, prefix = ""] = URL_FORM.exec(url) ?? [];
  if (bucket === undefined) throw new RangeError("PACKAGES_S3: expected s3://<bucket>/<prefix>");
  return { bucket, prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` };
}

/** A store in a bucket; `endpoint` is for services other than Amazon's. */
export function openS3Store(at: {
  readonly url: string;
  readonly endpoint: string | undefined;
}): PackageStore {
  const { bucket: Bucket, prefix } = placeOf(at.url);
  const objectOf = (hash: string) => ({ Bucket, Key: `${prefix}${hash.slice(2)}` });
  let loading: ReturnType<typeof load> | undefined;
  const loaded = () => {
    loading ??= load(at.endpoint).catch((problem: unknown) => {
      loading = undefined;
      throw problem;
    });
    return loading;
  };
  return {
    put: async (hash, bytes) => {
      const { client, s3 } = await loaded();
      const ChecksumSHA256 = Buffer.from(hash.slice(2), "hex").toString("base64");
      const request = { ...objectOf(hash), Body: bytes, ContentLength: bytes.length };
      await client.send(new s3.PutObjectCommand({ ...request, ChecksumSHA256 }));
    },
    open: async (hash) => {
      const { client, s3 } = await loaded();
      const found = await client.send(new s3.GetObjectCommand(objectOf(hash))).catch(noneThere);
      if (found?.Body === undefined) return undefined;
      return { size: found.ContentLength ?? 0, bytes: found.Body as Readable };
    },
    has: async (hash) => {
      const { client, s3 } = await loaded();
      const found = client.send(new s3.HeadObjectCommand(objectOf(hash)));
      return (await found.catch(noneThere)) !== undefined;
    },
    remove: async (hash) => {
      const { client, s3 } = await loaded();
      await client.send(new s3.DeleteObjectCommand(objectOf(hash)));
    },
    // An object is there as a whole or not at all.
    tidy: async () => {},
  };
}

async function load(endpoint: string | undefined) {
  const s3 = await import("@aws-sdk/client-s3");
  // Other services know their buckets by path.
  const other = endpoint === undefined ? {} : { endpoint, forcePathStyle: true };
  return { s3, client: new s3.S3Client({ ...other, maxAttempts: 3 }) };
}

/** Undefined for what is not there; anything else is trouble. */
function noneThere(problem: unknown): undefined {
  const { name, $metadata } = (problem ?? {}) as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const isMissing = name === "NoSuchKey" || name === "NotFound";
  if (!isMissing && $metadata?.httpStatusCode !== 404) throw problem;
}
