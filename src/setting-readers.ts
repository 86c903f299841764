// What the texts of settings mean: each reads one kind of value, or finds it wrong (null).
import { fileURLToPath } from "node:url";
import type { AuthorId } from "./domain/ids.ts";
import { storedId } from "./domain/ids.ts";

// A key or token goes into a header: printable ASCII without spaces.
const KEY = /^[\u0021-\u007E]+$/u;
// Shorter ones can be guessed by trying.
export const TOKEN_CHARS_MIN = 12;
export const SECRET_CHARS_MIN = 32;

/** Printable ASCII without spaces. */
export const key = (text: string): string | null => (KEY.test(text) ? text : null);

/** A whole number in the range. */
export const whole =
  (from: number, to: number) =>
  (text: string): number | null => {
    const number = /^\d{1,9}$/u.test(text) ? Number(text) : -1;
    return number >= from && number <= to ? number : null;
  };

/** An http address without query, without a slash at the end. */
export function webUrl(text: string): string | null {
  const url = URL.parse(text);
  const isWeb = url !== null && ["http:", "https:"].includes(url.protocol) && url.search === "" && url.hash === "";
  return isWeb ? text.replace(/\/+$/u, "") : null;
}

/** The address of a Redis, with the number of a database as its path, or none. */
export function redisUrl(text: string): string | null {
  const url = URL.parse(text);
  const isRedis = url !== null && ["redis:", "rediss:"].includes(url.protocol) && url.hostname !== "";
  return isRedis && /^(?:\/\d{0,4})?$/u.test(url.pathname) && url.search === "" && url.hash === "" ? text : null;
}

/** The path of a SQLite file. */
export function databaseFile(text: string): string | null {
  if (!text.startsWith("file:")) return null;
  const path = text.slice("file:".length);
  if (path.startsWith("//")) return URL.canParse(text) && new URL(text).host === "" ? fileURLToPath(text) : null;
  return path === "" || path.startsWith(":") || path.endsWith("/") ? null : path;
}

/** An amount of money. */
export function dollars(text: string): number | null {
  return /^\d{1,6}(?:\.\d{1,4})?$/u.test(text) ? Number(text) : null;
}

/** US dollars per million tokens that somebody gave for a model. */
export interface GivenPrice {
  readonly input: number;
  readonly output: number;
}

const PRICE = /^(?<model>[\w./:@+-]{1,100})=(?<input>\d{1,5}(?:\.\d{1,6})?)\/(?<output>\d{1,5}(?:\.\d{1,6})?)$/u;

/** Prices, by model: `model=in/out` with commas between them. */
export function prices(text: string): ReadonlyMap<string, GivenPrice> | null {
  const all = text.split(",").map((each) => PRICE.exec(each.trim())?.groups);
  const given = all.flatMap((groups) => {
    const { model, input, output } = groups ?? {};
    if (model === undefined || input === undefined || output === undefined) return [];
    return [[model, { input: Number(input), output: Number(output) }] as const];
  });
  return given.length === all.length ? new Map(given) : null;
}

/** People, by platform and id. */
export function people(text: string): readonly AuthorId[] | null {
  const all = text.split(",").map((each) => each.trim());
  const isRight = all.every((each) => /^[a-z]{1,32}:[\w.-]{1,64}$/u.test(each));
  return isRight ? all.map((each) => storedId<AuthorId>(each)) : null;
}
