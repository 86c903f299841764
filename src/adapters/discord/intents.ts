// The intents: what the gateway is asked to tell.
// "Gateway Intents".
const INTENT_GUILDS = 1 << 0;
const INTENT_GUILD_WEBHOOKS = 1 << 5;
const INTENT_GUILD_MESSAGES = 1 << 9;
const INTENT_GUILD_REACTIONS = 1 << 10;
const INTENT_DIRECT_MESSAGES = 1 << 12;
const INTENT_DIRECT_REACTIONS = 1 << 13;
const INTENT_CONTENT = 1 << 15;
const INTENTS =
  INTENT_GUILDS |
  INTENT_GUILD_WEBHOOKS |
  INTENT_GUILD_MESSAGES |
  INTENT_GUILD_REACTIONS |
  INTENT_DIRECT_MESSAGES |
  INTENT_DIRECT_REACTIONS;

/** What is asked for; without the privileged content, what people write is told only where they speak to the bot. */
export function intentsOf(sees: "content" | "no-content"): number {
  return sees === "content" ? INTENTS | INTENT_CONTENT : INTENTS;
}
