// The least program over the same library: `{"kind":"echo"}` connects and answers every interaction at once, `{"kind":"flood"}` posts as fast as the library's own queue lets it.
import { WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import { GatewayDispatchEvents, GatewayIntentBits, InteractionType, REST } from "discord.js";

interface Task {
  readonly kind: "echo" | "flood";
  readonly url: string;
  readonly token: string;
  /** Where it posts, such as `/webhooks/1/token`. */
  readonly route: `/${string}`;
  readonly speed: number;
}

// The library's own offset, kept in proportion to limits that run faster.
const OFFSET_MS = 50;
// So many posts wait in the library's queue at any time.
const AHEAD = 4;

const task = JSON.parse(process.argv[2] ?? "{}") as Task;
const rest = new REST({ api: task.url, offset: OFFSET_MS / (task.kind === "flood" ? task.speed : 1) }).setToken(
  task.token,
);

if (task.kind === "flood") await Promise.all(Array.from({ length: AHEAD }, () => flood()));
else await echo();

async function flood(): Promise<never> {
  for (let number = 1; ; number += 1) {
    const isWebhook = task.route.startsWith("/webhooks/");
    const name = isWebhook ? { username: "Ada" } : {};
    const body = { content: `Post ${number}`, allowed_mentions: { parse: [] }, ...name };
    const query = isWebhook ? { query: new URLSearchParams({ wait: "true" }) } : {};
    await rest.post(task.route, { body, auth: !isWebhook, ...query });
  }
}

async function echo(): Promise<void> {
  const manager = new WebSocketManager({
    token: task.token,
    intents: GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent,
    rest,
  });
  manager.on(WebSocketShardEvents.Dispatch, ({ data: event }) => {
    if (event.t !== GatewayDispatchEvents.InteractionCreate) return;
    const isTyping = event.d.type === InteractionType.ApplicationCommandAutocomplete;
    const body = isTyping ? { type: 8, data: { choices: [] } } : { type: 4, data: { content: "Heard.", flags: 64 } };
    void rest.post(`/interactions/${event.d.id}/${event.d.token}/callback`, { body, auth: false });
  });
  await manager.connect();
}
