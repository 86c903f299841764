// `npm run fake:discord`: the fake by itself, to try the bot by hand; a line typed here is said in #general, and what the bot posts is printed.
import { createInterface } from "node:readline";
import { openFakeDiscord } from "./fake.ts";
import type { Said } from "./said.ts";

// Discord's own port would be 443; any free one does, and this one is easy to remember.
const PORT = Number(process.env["PORT"] ?? 8338);

const fake = await openFakeDiscord({ port: PORT });
const guild = fake.guild("Troupe's own");
const general = fake.channel(guild, "general");
const you = fake.member(guild, "You", { may: ["Administrator"] });

console.log(`A Discord of its own listens. In another terminal:

  DISCORD_API_URL=${fake.url} DISCORD_TOKEN=${fake.token} npm start

Type a line and you say it in #general. /commands are used by name: /help, /persona add persona=ada.
A button is pressed with !label, a form is filled with =first field | second field. Ctrl+D ends.`);

const printed = new Map<string, string>();
fake.books.watch(() => {
  for (const said of fake.stored()) if (said.authorId !== you.id) show(said);
});

function show(said: Said): void {
  const controls = said.controls.map(({ label }) => `[${label}]`).join(" ");
  const text = said.deletedAt === null ? [said.text, controls].filter((part) => part !== "").join("\n  ") : "(deleted)";
  if (printed.get(said.id) === text) return;
  const isChanged = printed.has(said.id);
  printed.set(said.id, text);
  const how = [said.onlyFor === null ? "" : " (only you see this)", isChanged ? " (edited)" : ""].join("");
  console.log(`${said.author}${how}: ${text}`);
}

let asking: ReturnType<typeof fake.command> | null = null;

function take(line: string): void {
  if (line.startsWith("/")) asking = command(line.slice(1));
  else if (line.startsWith("!")) asking = fake.press(lastWithControls(), you, line.slice(1));
  else if (line.startsWith("=")) asking = fill(line.slice(1));
  else fake.say(general, you, line);
}

// `persona add persona=ada where=channel`: a value reaches to the next name.
function command(line: string): ReturnType<typeof fake.command> {
  const [name = "", ...rest] = line.split(/\s+(?=[\w-]+=)/);
  const options = Object.fromEntries(
    rest.map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const made = fake.command(general, you, name.trim(), options);
  void made.answered().then((reply) => {
    if (reply.kind === "modal") {
      console.log(`${reply.modal.title}: ${reply.modal.fields.map(({ label }) => label).join(" | ")}`);
    }
  }, complain);
  return made;
}

function fill(line: string): ReturnType<typeof fake.command> {
  const reply = asking?.reply();
  if (asking === null || reply?.kind !== "modal") throw new Error("no form is open");
  const values = line.split("|").map((value) => value.trim());
  return fake.fill(
    asking,
    Object.fromEntries(reply.modal.fields.map(({ customId }, index) => [customId, values[index] ?? ""])),
  );
}

function lastWithControls(): Said {
  const said = fake.stored(general).findLast(({ controls, deletedAt }) => controls.length > 0 && deletedAt === null);
  if (said === undefined) throw new Error("no message has buttons");
  return said;
}

function complain(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
}

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  try {
    if (line.trim() !== "") take(line.trim());
  } catch (error) {
    complain(error);
  }
}
for (const violation of fake.forgive()) console.error(`not as Discord describes its API: ${violation}`);
await fake.close();
