// A page for the fake Discord, on loopback: somebody sits down as one of the test people, reads, types, and uses commands, buttons, menus and forms.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { z } from "zod";
import type { Value } from "./command-data.ts";
import type { FakeDiscord } from "./fake.ts";
import type { Asking } from "./hands-port.ts";
import { viewOf } from "./page-view.ts";
import type { Ref } from "./places.ts";

export interface DiscordPage {
  readonly url: string;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly guild: Ref;
  /** Who may sit down there; the first one does unless told otherwise. */
  readonly people: readonly Ref[];
  /** 0 takes any free port. */
  readonly port: number;
}

// Changes come in bursts; a person sees no difference.
const TELL_EVERY_MS = 40;
// Files that are given with a command.
const BODY_BYTES_MAX = 8 * 1024 * 1024;

const FILES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/markdown.js": ["markdown.js", "text/javascript; charset=utf-8"],
};

const file = z.object({ name: z.string(), type: z.string(), base64: z.string() });
const value = z.union([z.string(), z.number(), z.boolean(), z.object({ id: z.string() }), z.object({ file })]);
const values = z.record(z.string(), value);
const deed = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("say"), text: z.string().min(1).max(2000), replyTo: z.string().nullable() }),
  z.object({ kind: z.literal("edit"), message: z.string(), text: z.string().min(1).max(2000) }),
  z.object({ kind: z.literal("remove"), message: z.string() }),
  z.object({ kind: z.literal("react"), message: z.string(), sign: z.string() }),
  z.object({ kind: z.literal("command"), name: z.string(), options: values }),
  z.object({ kind: z.literal("suggest"), name: z.string(), options: values, focused: z.string() }),
  z.object({ kind: z.literal("press"), message: z.string(), id: z.string() }),
  z.object({ kind: z.literal("choose"), message: z.string(), id: z.string(), values: z.array(z.string()) }),
  z.object({ kind: z.literal("menu"), message: z.string(), name: z.string() }),
  z.object({ kind: z.literal("fill"), asking: z.string(), values }),
  z.object({ kind: z.literal("invite") }),
  z.object({ kind: z.literal("direct") }),
]);
const request = z.object({ as: z.string(), in: z.string(), do: deed });
type Deed = z.infer<typeof deed>;

/** Opens it; nobody but this machine reaches it. */
export async function openPage(fake: FakeDiscord, options: PageOptions): Promise<DiscordPage> {
  const desk = new Desk(fake, options);
  const server = createServer((asked, response) => {
    desk.answer(asked, response).catch((error: unknown) => {
      send(response, 400, { why: error instanceof Error ? error.message : String(error) });
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

class Desk {
  readonly #fake: FakeDiscord;
  readonly #options: PageOptions;
  readonly #askings = new Map<string, Asking>();
  readonly #used = new Map<string, string>();

  constructor(fake: FakeDiscord, options: PageOptions) {
    this.#fake = fake;
    this.#options = options;
  }

  async answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(asked.url ?? "/", "http://page");
    // A page of elsewhere cannot come in by a name that it has pointed here.
    const isHere = /^(?:127\.0\.0\.1|localhost):\d+$/u.test(asked.headers.host ?? "");
    if (!isHere) return send(response, 403, { why: "this page is for this machine" });
    const shown = FILES[url.pathname];
    if (asked.method === "GET" && shown !== undefined) return this.#sendFile(response, ...shown);
    if (asked.method === "GET" && url.pathname === "/changes") return this.#tell(asked, response);
    if (asked.method === "GET" && url.pathname === "/state") {
      const seat = this.#seat(url.searchParams.get("as") ?? "", url.searchParams.get("in") ?? "");
      return send(response, 200, {
        ...viewOf(this.#fake, { ...seat, used: this.#used }, this.#options.people),
        me: seat.person,
        api: this.#fake.url,
        token: this.#fake.token,
      });
    }
    if (asked.method === "POST" && url.pathname === "/do") return this.#take(asked, response);
    return send(response, 404, { why: "there is nothing here" });
  }

  #sendFile(response: ServerResponse, name: string, type: string): void {
    const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: http://127.0.0.1:* http://localhost:* https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
    response
      .writeHead(200, { "content-type": type, "content-security-policy": policy, "cache-control": "no-store" })
      .end(readFileSync(join(import.meta.dirname, "page", name)));
  }

  /** Says that something changed, and nothing more: the page looks for itself. */
  #tell(asked: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("data: now\n\n");
    let timer: NodeJS.Timeout | null = null;
    const stop = this.#fake.books.watch(() => {
      timer ??= setTimeout(() => {
        timer = null;
        response.write("data: now\n\n");
      }, TELL_EVERY_MS);
    });
    asked.on("close", () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    });
  }

  #seat(personId: string, channelId: string): { readonly guild: Ref; readonly person: Ref; readonly channel: Ref } {
    const { guild, people } = this.#options;
    const person = people.find(({ id }) => id === personId) ?? people[0];
    const { channels } = this.#fake.books;
    const isTheirs = (id: string): boolean => {
      const channel = channels.get(id);
      return channel?.guildId === guild.id || channel?.recipients.includes(person?.id ?? "") === true;
    };
    const first = [...channels.values()].find((channel) => channel.guildId === guild.id);
    const channel = (isTheirs(channelId) ? channels.get(channelId) : undefined) ?? first;
    if (person === undefined || channel === undefined) throw new Error("nobody is there, or nowhere");
    return { guild, person, channel: { id: channel.id, name: channel.name } };
  }

  async #take(asked: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another site's page can send a form here, but no JSON.
    if (asked.headers["content-type"] !== "application/json") return send(response, 415, { why: "expected JSON" });
    const isTooLarge = Number(asked.headers["content-length"] ?? 0) > BODY_BYTES_MAX;
    if (isTooLarge) return send(response, 413, { why: "that is too large" });
    const given = request.parse(await json(asked));
    const { person, channel } = this.#seat(given.as, given.in);
    const done = this.#do(given.do, person, channel);
    return send(response, 200, done instanceof Object && "answered" in done ? await this.#outcome(done) : (done ?? {}));
  }

  /** What a person does; an interaction comes back as such, to be waited for. */
  #do(deed: Deed, who: Ref, channel: Ref): Asking | object | null {
    const fake = this.#fake;
    switch (deed.kind) {
      case "say": {
        const replyTo = deed.replyTo === null ? {} : { replyTo: { id: deed.replyTo } };
        return { said: fake.say(channel, who, this.#withMentions(deed.text), replyTo).id };
      }
      case "edit":
        return { said: fake.edit({ id: deed.message }, this.#withMentions(deed.text)).id };
      case "remove":
        fake.remove({ id: deed.message });
        return null;
      case "react":
        fake.react({ id: deed.message }, who, deed.sign);
        return null;
      case "command": {
        const asking = fake.command(channel, who, deed.name, this.#given(deed.options));
        this.#used.set(asking.id, deed.name);
        return asking;
      }
      case "suggest":
        return fake.autocomplete(channel, who, deed.name, this.#given(deed.options), deed.focused);
      case "press":
        return fake.press({ id: deed.message }, who, deed.id);
      case "choose":
        return fake.choose({ id: deed.message }, who, deed.id, ...deed.values);
      case "menu":
        return fake.messageMenu({ id: deed.message }, who, deed.name);
      case "fill":
        return this.#fill(deed.asking, deed.values);
      case "invite":
        fake.invite(this.#options.guild);
        return null;
      case "direct":
        return { channel: fake.openDm(who).id };
    }
  }

  /** `@Troupe` and `@Mira` as Discord's own client writes them. */
  #withMentions(text: string): string {
    const fake = this.#fake;
    const written = text.replaceAll(`@${fake.bot.name}`, fake.mentionBot);
    return this.#options.people.reduce((so, who) => so.replaceAll(`@${who.name}`, fake.mention(who)), written);
  }

  #given(options: z.infer<typeof values>): Readonly<Record<string, Value>> {
    return Object.fromEntries(
      Object.entries(options).map(([name, one]) => [
        name,
        typeof one === "object" && "file" in one ? this.#fake.upload(fileOf(one.file)) : one,
      ]),
    );
  }

  #fill(id: string, filled: z.infer<typeof values>): Asking {
    const asking = this.#askings.get(id);
    if (asking === undefined) throw new Error("this form is not open any more");
    const written = Object.entries(filled).map(([name, one]) => {
      if (typeof one === "object") return [name, "file" in one ? fileOf(one.file) : one.id] as const;
      return [name, String(one)] as const;
    });
    return this.#fake.fill(asking, Object.fromEntries(written));
  }

  async #outcome(asking: Asking): Promise<object> {
    this.#askings.set(asking.id, asking);
    const reply = await asking.answered().catch(() => null);
    if (reply === null) return { kind: "nothing", why: "The application did not respond" };
    if (reply.kind === "modal") return { kind: "form", asking: asking.id, form: reply.modal };
    return reply.kind === "choices" ? { kind: "choices", choices: reply.choices } : { kind: "done" };
  }
}

function fileOf({ name, type, base64 }: z.infer<typeof file>) {
  return { name, type, content: Buffer.from(base64, "base64") };
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(body));
}
