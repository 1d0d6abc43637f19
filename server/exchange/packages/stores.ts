// The store of a configuration: a folder, or an S3 bucket by setting.
import { join } from "node:path";
import type { Config } from "../../config.ts";
import { openFolderStore } from "./folderStore.ts";
import { openS3Store } from "./s3Store.ts";
import type { PackageStore } from "./store.ts";

/** What decides where packages lie. */
export type StoreSettings = Pick<Config, "DATA_DIR" | "PACKAGES_S3" | "PACKAGES_S3_ENDPOINT">;

const opened = new WeakMap<StoreSettings, PackageStore>();

/** The store of a configuration, one a process. */
export function storeOf(settings: StoreSettings): PackageStore {
  const known = opened.get(settings);
  if (known !== undefined) return known;
  const { DATA_DIR, PACKAGES_S3: url, PACKAGES_S3_ENDPOINT: endpoint } = settings;
  const store =
    url === undefined
      ? openFolderStore(join(DATA_DIR, "packages"))
      : openS3Store({ url, endpoint });
  opened.set(settings, store);
  return store;
}
