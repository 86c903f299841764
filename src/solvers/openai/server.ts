// Which server a persona's words are asked of, with which key.
import { hash } from "node:crypto";
import { quoted } from "../../errors.ts";
import { readBaseUrl } from "./base-url.ts";
import type { OpenaiSettings } from "./settings.ts";

/** What the house's settings say; null: not set. */
export interface HouseModel {
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
  readonly model: string | null;
}

/** An OpenAI-compatible server and the key that it is asked with. */
export interface Server {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** `NO_KEY` where there is none. */
  readonly apiKey: string;
  /** Host and port, as shown to people. */
  readonly host: string;
  /** Names server and key without holding the key: base URL and a digest. */
  readonly id: string;
  readonly hasKey: boolean;
}

export type ServerChoice =
  | { readonly kind: "server"; readonly server: Server }
  /** Nothing is set. */
  | { readonly kind: "none"; readonly why: string }
  /** What is set cannot be used. */
  | { readonly kind: "wrong"; readonly why: string };

/** OpenAI's own ("API reference", "Introduction"). */
export const OPENAI_URL = "https://api.openai.com/v1";

/** Sent where no key is known: local servers take any. */
export const NO_KEY = "no-key-needed";

/** Said wherever the house has no model at all. */
export const NO_MODEL = "no model: set OPENAI_API_KEY or OPENAI_BASE_URL";

/** The server that the house's own settings name. */
export function houseServer(house: HouseModel): ServerChoice {
  if (isBlank(house.apiKey) && isBlank(house.baseUrl)) return { kind: "none", why: NO_MODEL };
  return serverAt(isBlank(house.baseUrl) ? OPENAI_URL : house.baseUrl, house.apiKey, "OPENAI_BASE_URL");
}

/** The server for a persona with these settings. The house's key goes to the house's server only: a persona's file that names another server does not get it. */
export function serverFor(
  settings: OpenaiSettings,
  house: HouseModel,
  env: (name: string) => string | undefined,
): ServerChoice {
  if (settings.baseUrl === null && settings.apiKey === null && settings.apiKeyEnv === null) return houseServer(house);
  let key = settings.apiKey;
  if (settings.apiKeyEnv !== null) {
    key = env(settings.apiKeyEnv) ?? null;
    if (isBlank(key)) {
      return { kind: "wrong", why: `no key: the environment variable ${settings.apiKeyEnv} is not set` };
    }
  }
  const houseUrl = isBlank(house.baseUrl) ? OPENAI_URL : house.baseUrl;
  if (settings.baseUrl === null) return serverAt(houseUrl, key, "OPENAI_BASE_URL");
  const isHouse = URL.canParse(houseUrl) && new URL(houseUrl).origin === new URL(settings.baseUrl).origin;
  return serverAt(settings.baseUrl, key ?? (isHouse ? house.apiKey : null), "base_url");
}

function serverAt(address: string, key: string | null, setting: string): ServerChoice {
  const baseUrl = readBaseUrl(address);
  if (baseUrl === null) {
    return {
      kind: "wrong",
      why: `${setting}: expected an address such as ${OPENAI_URL}, got ${quoted(withoutCredentials(address))}`,
    };
  }
  const hasKey = !isBlank(key);
  // A key with anything but visible ASCII cannot stand in a header; it is most likely a copying mistake.
  if (hasKey && !/^[\u0021-\u007E]+$/u.test(key.trim())) {
    return { kind: "wrong", why: `the key for ${new URL(baseUrl).host} holds characters that no key can have` };
  }
  const apiKey = hasKey ? key.trim() : NO_KEY;
  const id = `${baseUrl} ${hash("sha256", apiKey).slice(0, 16)}`;
  return { kind: "server", server: { baseUrl, apiKey, host: new URL(baseUrl).host, id, hasKey } };
}

function isBlank(text: string | null): text is null {
  return text === null || text.trim() === "";
}

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/u, "//…@");
}
