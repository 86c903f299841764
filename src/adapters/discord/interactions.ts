// Commands on Discord: interactions are read, brought to the desk, and answered in time.
import type { Clock } from "../../clock.ts";
import type {
  Actor,
  Answer,
  CommandDesk,
  CommandShape,
  Hindrance,
  Invocation,
  TextAnswer,
} from "../../commands/command.ts";
import { authorId, discordPlatform, messageId } from "../../domain/ids.ts";
import type { Place } from "../../domain/message.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import type { Answerable } from "./callbacks.ts";
import { Callbacks } from "./callbacks.ts";
import type { Attachment } from "./attachments.ts";
import { attachmentsIn, fetchAttachments } from "./attachments.ts";
import type { DiscordChannels } from "./channels.ts";
import { ChosenChannels } from "./chosen-channels.ts";
import { CustomIds, writtenIn } from "./components.ts";
import { placeOf } from "./places.ts";
import { may, rightsOf } from "./permissions.ts";
import { registerCommands, WORKSPACE_WORD } from "./register.ts";
import type { Api } from "./rest.ts";
import { DiscordRefused } from "./rest.ts";
import { channelOf, fieldsOf, listOf, numberOf, textOf } from "./shapes.ts";
import { readableOptions } from "./written-options.ts";

// "Interaction Type", Discord's developer documentation.
const COMMAND = 2;
const COMPONENT = 3;
const TYPING = 4;
const FORM_SENT = 5;

// "Application Command Option Type": those that hold others.
const SUBCOMMANDS: ReadonlySet<number> = new Set([1, 2]);

// "JSON Error Codes": the three seconds are over, somebody has answered already, or the fifteen minutes are over.
const EXPIRED: ReadonlySet<number> = new Set([10_062, 40_060, 50_027]);

// Discord gives three seconds; what takes longer than this is told to take a while.
const THINK_AFTER_MS = 1_000;

// As long as an interaction can be answered at all.
const TOKEN_LIVES_MS = 15 * 60_000;

export interface DiscordCommandsHouse {
  readonly api: Api;
  readonly desk: CommandDesk;
  readonly keep: Keep;
  readonly channels: Pick<DiscordChannels, "facts" | "nameOf" | "whole">;
  readonly clock: Clock;
  readonly log: Log;
  /** Where Discord keeps files that people attach. */
  readonly fileHosts: readonly string[];
}

type Raw = Readonly<Record<string, unknown>>;

interface Interaction extends Answerable {
  readonly type: number;
  readonly invocation: Invocation;
  /** Fetched only once Discord may be told that it takes a while. */
  readonly attachments: readonly Attachment[];
  /** As it came, for what has to be looked up in it. */
  readonly raw: Raw;
  /** Whether what its button meant is still known. */
  readonly isKnown: boolean;
  /** What is being typed; null: nothing is. */
  readonly focused: { readonly option: string; readonly typed: string } | null;
}

export class DiscordCommands {
  readonly #house: DiscordCommandsHouse;
  readonly #ids: CustomIds;
  readonly #callbacks: Callbacks;
  readonly #chosen: ChosenChannels;
  readonly #closing = new AbortController();

  constructor(house: DiscordCommandsHouse) {
    this.#house = house;
    this.#ids = new CustomIds(house.keep);
    this.#callbacks = new Callbacks(house.api, this.#ids);
    this.#chosen = new ChosenChannels(house.api, house.channels);
  }

  /** Registers the catalogue where it has changed since it last was. Failing is a line in the log; the next start tries again. */
  async register(applicationId: string): Promise<void> {
    const { api, desk, keep, log } = this.#house;
    try {
      const isNew = await registerCommands(desk, { api, keep, application: applicationId });
      if (isNew) log.info("commands registered with Discord", { count: desk.commands.length });
    } catch (error) {
      log.error("the commands could not be registered with Discord; the next start tries again", {
        why: messageOf(error),
      });
    }
  }

  /** Attends to an interaction as the gateway brought it. Never rejects. */
  async handle(rawInteraction: unknown): Promise<void> {
    const { log } = this.#house;
    try {
      const interaction = await this.#read(fieldsOf(rawInteraction));
      if (interaction === null) log.debug("an interaction that is none of ours");
      else if (interaction.type === TYPING) await this.#suggest(interaction);
      else await this.#attend(interaction);
    } catch (error) {
      const isLate = error instanceof DiscordRefused && EXPIRED.has(error.code);
      if (isLate) log.warn("an interaction could not be answered any more", { why: error.message });
      else log.error("an interaction could not be answered", { why: messageOf(error) });
    }
  }

  /** What is still being done for people is told to end. */
  close(): void {
    this.#closing.abort();
  }

  async #suggest({ invocation, focused, ...to }: Interaction): Promise<void> {
    if (focused === null) return this.#callbacks.suggest(to, []);
    await this.#callbacks.suggest(to, await this.#house.desk.suggest(invocation, focused.option, focused.typed));
  }

  async #attend(interaction: Interaction): Promise<void> {
    const { clock, desk } = this.#house;
    const { invocation, ...to } = interaction;
    const answering = this.#run(interaction);
    const timer = new AbortController();
    const isEarly = await Promise.race([
      answering.then(() => true),
      clock.sleep(THINK_AFTER_MS, timer.signal).then(() => false),
    ]);
    timer.abort();
    const thinks = !isEarly && !desk.opensForm(invocation.path);
    const stand = thinks ? await this.#callbacks.think(to, this.#shownFor(invocation.path)) : "unanswered";
    const answer = await answering;
    if (answer !== null) await this.#callbacks.answer(to, answer, stand);
  }

  #shownFor(path: readonly string[]): "public" | "private" {
    return this.#shapeOf(path)?.answer ?? "private";
  }

  #shapeOf(path: readonly string[]): CommandShape | undefined {
    return this.#house.desk.commands.find((each) => each.path.join(" ") === path.join(" "));
  }

  /** Null: it was delivered twice, and the other one is attended to. */
  async #run({ invocation, attachments, raw, isKnown, excuse }: Interaction): Promise<Answer | null> {
    const { desk, keep, log, fileHosts } = this.#house;
    try {
      if (!(await keep.claim(`interaction:${invocation.id}`, TOKEN_LIVES_MS))) return null;
      if (!isKnown) return excuse("forgotten");
      const [files, channels] = await Promise.all([
        this.#filesOf(attachments, fileHosts),
        this.#channelsOf(invocation, raw),
      ]);
      if (files === null) return excuse("fileLost");
      return await desk.run({ ...invocation, files, channels }, this.#closing.signal);
    } catch (error) {
      log.error("a command could not be taken", { why: messageOf(error) });
      return excuse("fault");
    }
  }

  /** The channels that options of the command name. */
  async #channelsOf({ path, options }: Invocation, raw: Raw): Promise<Invocation["channels"]> {
    const names = this.#shapeOf(path)?.options.flatMap(({ kind, name }) => (kind === "channel" ? [name] : [])) ?? [];
    const found = await Promise.all(
      names.map(async (name) => {
        const id = Object.hasOwn(options, name) ? options[name] : undefined;
        const channel = id === undefined ? null : await this.#chosen.of(id, raw);
        return channel === null ? [] : [[name, channel] as const];
      }),
    );
    return Object.fromEntries(found.flat());
  }

  /** Null: one of them cannot be had. */
  async #filesOf(attachments: readonly Attachment[], hosts: readonly string[]): Promise<Invocation["files"] | null> {
    try {
      return await fetchAttachments(attachments, hosts, this.#closing.signal);
    } catch (error) {
      this.#house.log.warn("a file given with a command could not be fetched", { why: messageOf(error) });
      return null;
    }
  }

  async #read(raw: Raw): Promise<Interaction | null> {
    const [id, token, application] = [textOf(raw["id"]), textOf(raw["token"]), textOf(raw["application_id"])];
    const type = numberOf(raw["type"]);
    const by = actorOf(raw);
    if (id === null || token === null || application === null || type === null || by === null) return null;
    const data = fieldsOf(raw["data"]);
    const given = type === COMMAND || type === TYPING ? this.#command(data) : await this.#component(type, data);
    const place = given === null ? null : await this.#place(raw);
    if (given === null || place === null) return null;
    const { focused, isKnown, ...said } = given;
    const more = { files: {}, channels: {}, workspaceWord: WORKSPACE_WORD };
    const invocation: Invocation = { ...said, ...more, by, place, id };
    const from = textOf(fieldsOf(raw["message"])["id"]) === null ? "command" : "message";
    const attachments = type === COMMAND ? attachmentsIn(data, invocation.options) : [];
    const excuse = (why: Hindrance): TextAnswer => this.#house.desk.excuse(why, by.locale);
    const { inFile } = this.#house.desk.notices(by.locale);
    return { id, token, application, excuse, inFile, from, type, invocation, attachments, raw, isKnown, focused };
  }

  #command(data: Raw): Given | null {
    const name = textOf(data["name"]);
    if (name === null) return null;
    const about = textOf(data["target_id"]);
    if (about !== null) {
      const shape = this.#house.desk.commands.find((each) => each.on === "message" && each.label === name);
      const target = messageId(discordPlatform, about);
      return shape === undefined ? null : { path: shape.path, options: {}, target, focused: null, isKnown: true };
    }
    const { path, options, focused } = slashCommand([name], listOf(data["options"]).map(fieldsOf));
    const shape = this.#shapeOf(path);
    const lookup = { bot: null, channelName: (id: string) => this.#house.channels.nameOf(id), role: () => null };
    const read = readableOptions(options, shape, data, lookup);
    return { path, options: read, focused, target: null, isKnown: true };
  }

  async #component(type: number, data: Raw): Promise<Given | null> {
    if (type !== COMPONENT && type !== FORM_SENT) return null;
    const given = await this.#ids.read(textOf(data["custom_id"]) ?? "");
    if (given === null) return { path: [], options: {}, target: null, focused: null, isKnown: false };
    const { path, options, chosen } = given;
    const value = textOf(listOf(data["values"])[0]);
    const more = type === FORM_SENT ? writtenIn(data) : chosen === null || value === null ? {} : { [chosen]: value };
    return { path, options: { ...more, ...options }, target: null, focused: null, isKnown: true };
  }

  async #place(raw: Raw): Promise<Place | null> {
    const facts = channelOf(raw["channel"], textOf(raw["guild_id"]));
    const id = facts?.id ?? textOf(raw["channel_id"]);
    if (id === null) return null;
    const { channels } = this.#house;
    return placeOf(await (facts === null ? channels.facts(id) : channels.whole(facts)));
  }
}

type Given = Pick<Invocation, "options" | "path" | "target"> & Pick<Interaction, "focused" | "isKnown">;

function slashCommand(
  path: readonly string[],
  given: readonly Raw[],
): Pick<Invocation, "options" | "path"> & Pick<Interaction, "focused"> {
  const inner = given.find((option) => SUBCOMMANDS.has(numberOf(option["type"]) ?? 0));
  if (inner !== undefined) {
    return slashCommand([...path, textOf(inner["name"]) ?? ""], listOf(inner["options"]).map(fieldsOf));
  }
  const options = Object.fromEntries(
    given.map((option) => [textOf(option["name"]) ?? "", valueOf(option["value"])] as const),
  );
  const typing = given.find((option) => option["focused"] === true);
  const option = typing === undefined ? null : textOf(typing["name"]);
  return { path, options, focused: option === null ? null : { option, typed: options[option] ?? "" } };
}

function valueOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "number" ? String(value) : (textOf(value) ?? "");
}

/** Null: nobody. In a direct message people have every right. */
function actorOf(raw: Raw): Actor | null {
  const member = fieldsOf(raw["member"]);
  const isMember = raw["member"] !== undefined;
  const user = fieldsOf(isMember ? member["user"] : raw["user"]);
  const id = textOf(user["id"]);
  if (id === null) return null;
  const name = textOf(member["nick"]) ?? textOf(user["global_name"]) ?? textOf(user["username"]) ?? "somebody";
  const rights = rightsOf(member["permissions"]);
  const isDirect = !isMember && textOf(raw["guild_id"]) === null;
  // Who has Administrator has all others.
  const canManageWorkspace = isDirect || may(rights, "administrator") || may(rights, "manageGuild");
  return {
    id: authorId(discordPlatform, id),
    name,
    canManageChannel: canManageWorkspace || may(rights, "manageChannels"),
    canManageWorkspace,
    locale: textOf(raw["locale"]),
  };
}
