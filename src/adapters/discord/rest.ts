// The way to Discord's REST: one request at a time is asked once, and what went wrong is told in the adapter's words.
import type { REST as Rest } from "discord.js";
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import { InDoubt, Limited, LimitReached, Refused } from "../adapter.ts";

/** A request. `route` is its path without the version, such as `/channels/1/messages`. */
export interface Ask {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly route: `/${string}`;
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  readonly files?: readonly { readonly name: string; readonly data: Buffer; readonly contentType: string }[];
  /** Webhooks and interactions carry their right in the path. */
  readonly auth?: "bot" | "none";
  readonly signal?: AbortSignal;
}

/** Discord refused: `code` is of its own list ("JSON Error Codes"), 0 where it gave none. */
export class DiscordRefused extends Refused {
  readonly status: number;
  readonly code: number;
  constructor(message: string, status: number, code: number) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

// "JSON Error Codes", Discord's developer documentation.
export const UNKNOWN_MESSAGE = 10_008;
export const UNKNOWN_WEBHOOK = 10_015;
export const THREAD_THERE = 160_004;
export const MISSING_ACCESS = 50_001;
export const MISSING_PERMISSIONS = 50_013;
export const THREAD_ARCHIVED = 50_083;

// Discord answers within a few seconds or not at all.
const ANSWER_MS = 15_000;

// Shorter waits are waited out here: giving the post back to the store and taking it up again takes longer.
const WAIT_MS_MAX = 2_000;

// A limit that comes back this often is not one that a short wait helps with.
const TRIES_MAX = 4;

// What a bucket's reset is waited for beyond the header, which counts from when the answer was sent and so is late already; the library adds it twice, and its own 50 ms would cost a fiftieth of the pace.
const SPARE_MS = 5;

// "Invalid Request Limit": whoever goes on asking with a token that is not taken is locked out.
export const TOKEN_AGAIN_MS = 5 * 60_000;

/** It is the bot's token that Discord does not take. */
export class TokenRefused extends DiscordRefused {
  constructor(code: number) {
    super("Discord does not take the token any more", 401, code);
  }
}

export interface Api {
  /** The answer as Discord sent it. Throws `DiscordRefused`, `Limited`, and `InDoubt` where nobody knows whether it was done. */
  ask(ask: Ask): Promise<unknown>;
  /** The library itself, for the gateway. */
  readonly rest: Rest;
}

/** Whether something is said or changed: what comes under the limits that are kept for all processes. */
function isSpeech({ method, route }: Ask): boolean {
  return (method === "POST" || method === "PATCH") && /^\/(?:webhooks\/\d+\/|channels\/\d+\/messages)/u.test(route);
}

/** Loads the library. `apiUrl` is without the version. */
export async function openApi(options: {
  readonly token: string;
  readonly apiUrl: string;
  readonly clock: Clock;
}): Promise<Api> {
  const { token, apiUrl, clock } = options;
  const { DiscordAPIError, HTTPError, RateLimitError, REST } = await import("discord.js");
  const rest = new REST({
    api: apiUrl,
    version: "10",
    timeout: ANSWER_MS,
    // A POST that ended in doubt must never be repeated blindly: whoever asked decides.
    retries: 0,
    offset: SPARE_MS,
    rejectOnRateLimit: () => true,
  }).setToken(token);
  const once = async ({ method, route, body, query, files, auth, signal }: Ask): Promise<unknown> =>
    rest.request({
      // The library's names for the methods are the methods themselves.
      method: method as never,
      fullRoute: route,
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { query }),
      ...(files === undefined ? {} : { files: [...files] }),
      ...(signal === undefined ? {} : { signal }),
      auth: auth !== "none",
    });
  let refusedAt: number | null = null;
  const failureOf = (error: unknown, ask: Ask): Error => {
    if (error instanceof RateLimitError) {
      // The bucket's own reset says nothing of limits that stand in no header: those come as Retry-After alone.
      const waitMs = Math.max(error.timeToReset, error.retryAfter);
      const Why = isSpeech(ask) ? LimitReached : Limited;
      return new Why("Discord's limit for this route is reached", clock.now() + waitMs);
    }
    if (error instanceof DiscordAPIError) {
      const code = typeof error.code === "number" ? error.code : 0;
      // A webhook's own token says nothing of the bot's.
      if (error.status === 401 && ask.auth !== "none") {
        refusedAt = clock.now();
        return new TokenRefused(code);
      }
      return new DiscordRefused(`Discord refused it: ${error.message}`, error.status, code);
    }
    const isSafe = ask.method === "GET" || ask.method === "PUT" || ask.method === "DELETE";
    const why = error instanceof HTTPError ? `Discord answered ${error.status}` : messageOf(error);
    if (isSafe) return new Limited(`Discord could not be asked: ${why}`, clock.now() + WAIT_MS_MAX);
    return new InDoubt(`nobody knows whether Discord did it: ${why}`);
  };
  return {
    rest,
    ask: async (ask) => {
      if (refusedAt !== null && ask.auth !== "none") {
        if (clock.now() < refusedAt + TOKEN_AGAIN_MS) throw new TokenRefused(0);
        // The library has forgotten it by then.
        rest.setToken(token);
        refusedAt = null;
      }
      for (let tries = 1; ; tries += 1) {
        try {
          return await once(ask);
        } catch (error) {
          ask.signal?.throwIfAborted();
          const failure = failureOf(error, ask);
          if (!(failure instanceof Limited) || tries === TRIES_MAX) throw failure;
          const waitMs = failure.retryAt - clock.now();
          if (waitMs > WAIT_MS_MAX) throw failure;
          await clock.sleep(waitMs, ask.signal);
        }
      }
    },
  };
}
