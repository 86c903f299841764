// What a request counts against: its bucket, and for a webhook the channel that it posts in.
import type { Books } from "./books.ts";
import type { Fare } from "./limits.ts";
import { LIMITS } from "./limits.ts";
import type { Match } from "./route.ts";

export function channelOfFare(books: Books, { route, params }: Match, query: URLSearchParams): Fare {
  const isInteraction = route.path.startsWith("/interactions/") || params["webhook_id"] === books.bot.applicationId;
  const isPost = route.limit === LIMITS.webhookPost && !isInteraction;
  const hook = isPost ? books.webhooks.get(params["webhook_id"] ?? "") : undefined;
  // A thread's posts count with its parent's: the webhook stands in the parent.
  const postsIn = hook?.channelId ?? null;
  const major = route.limit.major === null ? "" : (params[route.limit.major] ?? query.get(route.limit.major) ?? "");
  return {
    rule: route.limit,
    major: isInteraction ? `${major} ${params["webhook_token"] ?? ""}` : major,
    postsIn,
    isGlobal: !isInteraction,
  };
}
