// The SQLite store: the contract, and what a file on a disk adds to it.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { growingContract } from "../contracts/growing.ts";
import { ledgerContract } from "../contracts/ledger.ts";
import { registryContract } from "../contracts/registry.ts";
import { storeContract } from "../contracts/store.ts";

storeContract("the SQLite store in a file", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "troupe-store-")), "data", "troupe.db");
  const open = () => openSqliteStore(path, { log: silentLog, secret: null });
  return { store: await open(), another: open };
});

storeContract("the SQLite store in memory", async () => ({
  store: await openSqliteStore(":memory:", { log: silentLog, secret: null }),
  another: null,
}));

registryContract("what people set up, in a file", () =>
  openSqliteStore(join(mkdtempSync(join(tmpdir(), "troupe-store-")), "troupe.db"), {
    log: silentLog,
    secret: "a secret of this test",
  }),
);

registryContract("what people set up, in memory", () =>
  openSqliteStore(":memory:", { log: silentLog, secret: "a secret of this test" }),
);

ledgerContract("what is spent, in a file", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "troupe-store-")), "troupe.db");
  const open = () => openSqliteStore(path, { log: silentLog, secret: null });
  return { store: await open(), another: open };
});

ledgerContract("what is spent, in memory", async () => ({
  store: await openSqliteStore(":memory:", { log: silentLog, secret: null }),
  another: null,
}));

growingContract("the SQLite store", () => openSqliteStore(":memory:", { log: silentLog, secret: null }));
