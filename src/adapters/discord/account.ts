// The bot's account, for the doctor and the invitation: who it is, what it may see, and the link that brings it into a server.
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { Limited } from "../adapter.ts";
import type { PermissionName } from "./permissions.ts";
import { PERMISSIONS } from "./permissions.ts";
import type { Api, DiscordRefused } from "./rest.ts";
import { openApi } from "./rest.ts";
import { fieldsOf, numberOf, textOf } from "./shapes.ts";

export interface Account {
  readonly name: string;
  /** Whether Discord shows the bot what people write. */
  readonly seesContent: boolean;
  readonly invitation: string;
}

// "Application Flags": the message-content intent, for bots in many servers and in few.
const FLAG_CONTENT = (1 << 18) | (1 << 19);

// What personas need to speak under their own names, in threads too, and to be read.
const WANTED: readonly PermissionName[] = [
  "addReactions",
  "viewChannel",
  "sendMessages",
  "embedLinks",
  "attachFiles",
  "readMessageHistory",
  "manageWebhooks",
  "manageThreads",
  "createPublicThreads",
  "sendMessagesInThreads",
];

/** Whether the application may see what people write. */
export function seesContent(application: unknown): boolean {
  return ((numberOf(fieldsOf(application)["flags"]) ?? 0) & FLAG_CONTENT) !== 0;
}

/** Asks Discord. Throws `DiscordRefused`, with status 401 where the token is not taken, and what the network fails with. */
export async function readAccount(bot: {
  readonly token: string;
  readonly apiUrl: string;
  readonly clock: Clock;
}): Promise<Account> {
  const api = await openApi(bot);
  const [user, application] = [
    fieldsOf(await api.ask({ method: "GET", route: "/users/@me" })),
    fieldsOf(await api.ask({ method: "GET", route: "/applications/@me" })),
  ];
  const query = new URLSearchParams({
    client_id: textOf(application["id"]) ?? "",
    scope: "bot applications.commands",
    permissions: String(WANTED.reduce((all, name) => all | PERMISSIONS[name], 0n)),
  });
  return {
    name: textOf(user["username"]) ?? "",
    seesContent: seesContent(application),
    invitation: `https://discord.com/oauth2/authorize?${query.toString()}`,
  };
}

// The first look after Discord could not be asked, doubled each time up to the last.
const AGAIN_MS = 2_000;
const AGAIN_MS_MAX = 5 * 60_000;

/** Who the bot is, as Discord tells; asked until it answers. Null: `signal` aborted before. Throws `DiscordRefused`. */
export async function askAccount(
  api: Api,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<{ readonly user: unknown; readonly application: unknown } | null> {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      const user = await api.ask({ method: "GET", route: "/users/@me" });
      return { user, application: await api.ask({ method: "GET", route: "/applications/@me" }) };
    } catch (error) {
      if (!(error instanceof Limited)) throw error;
      const waitMs = Math.min(AGAIN_MS * 2 ** tries, AGAIN_MS_MAX);
      log.warn("Discord cannot be reached, it is tried again", { why: messageOf(error), waitMs });
      await clock.sleep(waitMs, signal);
    }
  }
  return null;
}

/** Whether it is the token that Discord does not take. */
export function isTokenRefused(error: unknown): error is DiscordRefused {
  return error instanceof Error && "status" in error && error.status === 401;
}
