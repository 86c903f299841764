// Secrets at rest: sealed by AES-256-GCM under a key that is made from the house's secret.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { HouseFault } from "../errors.ts";

export interface Seal {
  close(text: string): string;
  /** Throws `HouseFault` when it was sealed under another secret, or changed. */
  open(sealed: string): string;
}

// AES-256, and the lengths that GCM is specified for (NIST SP 800-38D).
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Null: a store without a secret keeps nothing sealed, and says so when asked to. */
export function sealWith(secret: string | null): Seal {
  if (secret === null) return sealless;
  const key = Buffer.from(hkdfSync("sha256", secret, "", "troupe secrets at rest", KEY_BYTES));
  return {
    close: (text) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([body, decipher.final()]).toString("utf8");
      } catch {
        throw new HouseFault(
          "what was kept sealed cannot be opened: it was sealed under another TROUPE_SECRET; put that one back",
        );
      }
    },
  };
}

const sealless: Seal = {
  close: () => {
    throw new HouseFault("nothing can be kept sealed: this store was opened without the house's secret");
  },
  open: () => {
    throw new HouseFault("nothing sealed can be opened: this store was opened without the house's secret");
  },
};
