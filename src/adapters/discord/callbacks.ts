// What Discord is told about an interaction: that it takes a while, what may be meant, and the answer itself.
import type { Answer, Choice, Hindrance, TextAnswer } from "../../commands/command.ts";
import { textAnswer } from "../../commands/command.ts";
import type { Message } from "./answers.ts";
import { EPHEMERAL, messagesOf } from "./answers.ts";
import type { CustomIds } from "./components.ts";
import { formOf } from "./components.ts";
import { mentionsOf } from "./render.ts";
import type { Api, Ask } from "./rest.ts";

// "Interaction Callback Type", Discord's developer documentation.
const SAY = 4;
const THINK = 5;
const THINK_QUIETLY = 6;
const REPLACE = 7;
const CHOICES = 8;
const FORM = 9;

/** An interaction as far as answering it goes. */
export interface Answerable {
  readonly id: string;
  readonly token: string;
  readonly application: string;
  /** What the person is told where the command cannot be brought. */
  readonly excuse: (why: Hindrance) => TextAnswer;
  /** What they are told where the answer comes as a file. */
  readonly inFile: string;
  /** Whether it came from a message, such as by a button below it. */
  readonly from: "command" | "message";
}

/** How far an interaction has been answered. */
export type Stand = "unanswered" | "thinking-public" | "thinking-private" | "acknowledged";

export class Callbacks {
  readonly #api: Api;
  readonly #ids: CustomIds;

  constructor(api: Api, ids: CustomIds) {
    this.#api = api;
    this.#ids = ids;
  }

  /** Tells Discord that the answer takes a while. */
  async think(to: Answerable, shown: "public" | "private"): Promise<Stand> {
    if (to.from === "message") {
      await this.#callback(to, { body: { type: THINK_QUIETLY }, files: [] });
      return "acknowledged";
    }
    const data = { flags: shown === "private" ? EPHEMERAL : 0 };
    await this.#callback(to, { body: { type: THINK, data }, files: [] });
    return shown === "private" ? "thinking-private" : "thinking-public";
  }

  async suggest(to: Answerable, choices: readonly Choice[]): Promise<void> {
    await this.#callback(to, { body: { type: CHOICES, data: { choices } }, files: [] });
  }

  async answer(to: Answerable, answer: Answer, stand: Stand): Promise<void> {
    switch (answer.kind) {
      case "text":
        return this.#say(to, answer, stand);
      case "spoken":
        return this.#say(to, textAnswer("private", answer.text), stand);
      case "form":
        // A form has to be the first answer of all.
        return stand === "unanswered"
          ? this.#callback(to, { body: { type: FORM, data: await formOf(answer, this.#ids) }, files: [] })
          : this.#say(to, to.excuse("tooLate"), stand);
    }
  }

  async #say(to: Answerable, answer: TextAnswer, stand: Stand): Promise<void> {
    const [first, ...rest] = await messagesOf(answer, this.#ids, to.inFile);
    const replaces = answer.as === "replace" && to.from === "message";
    switch (stand) {
      case "unanswered":
        await this.#callback(to, { body: { type: replaces ? REPLACE : SAY, data: first.body }, files: first.files });
        break;
      case "acknowledged":
        await (replaces ? this.#original(to, "PATCH", first) : this.#follow(to, first));
        break;
      case "thinking-private":
        await this.#original(to, "PATCH", first);
        break;
      case "thinking-public":
        await (answer.shown === "public" ? this.#original(to, "PATCH", first) : this.#takeAside(to, first));
        break;
    }
    for (const message of rest) await this.#follow(to, message);
  }

  /** What was begun in public stays so: it gives way to a message for the asker alone. */
  async #takeAside(to: Answerable, message: Message): Promise<void> {
    await this.#original(to, "PATCH", { body: { content: "…", allowed_mentions: mentionsOf(null) }, files: [] });
    await this.#follow(to, message);
    await this.#original(to, "DELETE", null);
  }

  async #original(to: Answerable, method: "DELETE" | "PATCH", message: Message | null): Promise<void> {
    const route: Ask["route"] = `/webhooks/${to.application}/${to.token}/messages/@original`;
    await this.#api.ask({ method, route, auth: "none", ...message });
  }

  async #follow(to: Answerable, message: Message): Promise<void> {
    await this.#api.ask({ method: "POST", route: `/webhooks/${to.application}/${to.token}`, auth: "none", ...message });
  }

  async #callback(to: Answerable, { body, files }: Message): Promise<void> {
    const route: Ask["route"] = `/interactions/${to.id}/${to.token}/callback`;
    await this.#api.ask({ method: "POST", route, body, auth: "none", ...(files.length === 0 ? {} : { files }) });
  }
}
