// Commands, buttons, menus and forms as a person's client sends them.
import { ComponentType, InteractionType } from "discord.js";
import { ask } from "./asking.ts";
import type { World } from "./call.ts";
import { commandData, findCommand, resolved } from "./command-data.ts";
import { everyComponent } from "./components.ts";
import { fieldAnswer } from "./form-answers.ts";
import type { Asking, AskMore, Hands, Reply } from "./hands-port.ts";
import type { File } from "./people.ts";
import { channelPermissions, has } from "./permissions.ts";
import type { Places, Ref } from "./places.ts";
import type { AttachmentRecord, CommandRecord } from "./records.ts";
import { eventShape } from "./posting.ts";
import { type Said, saidOf } from "./said.ts";
import { memberShape } from "./guild-shapes.ts";
import { userShape } from "./shapes.ts";

export function hands(
  world: World,
  { user, member }: Pick<Places, "member" | "user">,
  until: <T>(look: () => T | null) => Promise<T>,
): Hands {
  const { books } = world;
  const record = (id: string) => {
    const found = books.interactions.get(id);
    if (found === undefined) throw new Error(`no interaction ${id}`);
    return found;
  };
  const seen = (id: string | null): Said | null => {
    const message = id === null ? null : books.findMessage(id);
    return message === null ? null : saidOf(books, world.at, message);
  };
  const who = (person: Ref | string, channelId: string): Ref => {
    const ref = typeof person === "string" ? user(person) : person;
    const { guildId } = books.channel(channelId);
    const guild = guildId === null ? undefined : books.guilds.get(guildId);
    if (guild !== undefined && !guild.members.has(ref.id)) member({ id: guild.id, name: guild.name }, ref);
    return ref;
  };
  const reply = (id: string): Reply | null => {
    const { given, originalId } = record(id);
    if (given === null || given.kind === "choices" || given.kind === "deferredUpdate" || given.kind === "modal") {
      return given;
    }
    if (given.kind === "deferred") return { kind: "deferred", isPrivate: given.isPrivate };
    const said = seen(given.kind === "message" ? given.messageId : originalId);
    return said === null ? null : { kind: given.kind, said };
  };
  const asking = ({ id }: { readonly id: string }): Asking => ({
    id,
    reply: () => reply(id),
    answered: () => until(() => reply(id)),
    said: () =>
      until(() => {
        const now = reply(id);
        return now?.kind === "message" || now?.kind === "update" ? now.said : null;
      }),
    messages: () => {
      const { originalId, followUps } = record(id);
      return [...new Set([originalId, ...followUps])]
        .flatMap((one) => seen(one) ?? [])
        .filter(({ deletedAt }) => deletedAt === null);
    },
    tookMs: () => {
      const { givenAt, createdAt } = record(id);
      return givenAt === null ? null : givenAt - createdAt;
    },
  });
  const needShown = (command: CommandRecord, channelId: string, person: Ref, more: AskMore | undefined): void => {
    const channel = books.channel(channelId);
    const needed = BigInt(command.default_member_permissions ?? "0");
    const may = channelPermissions(books, channel, person.id);
    const isHidden = channel.guildId !== null && (may & needed) !== needed;
    const context = channel.guildId === null ? 1 : 0;
    const isElsewhere =
      (command.contexts ?? null) !== null && !((command.contexts ?? []) as readonly number[]).includes(context);
    if ((isHidden || isElsewhere) && more?.even !== "if hidden") {
      throw new Error(`${person.name} does not see /${command.name} here`);
    }
  };
  const standing = (id: string) => {
    const message = books.findMessage(id);
    if (message?.deletedAt !== null) throw new Error(`no message ${id} stands anywhere`);
    return message;
  };
  const control = (messageId: string, name: string): Readonly<Record<string, unknown>> => {
    const nodes = everyComponent(standing(messageId).components).filter(
      (node) => typeof node["custom_id"] === "string",
    );
    const isNamed = (node: Readonly<Record<string, unknown>>): boolean =>
      [
        node["custom_id"],
        node["label"],
        node["placeholder"],
        (node["emoji"] as { readonly name?: unknown } | undefined)?.name,
      ].includes(name);
    const found = nodes.find(isNamed);
    if (found === undefined) {
      throw new Error(
        `nothing under the message is called ${name}; there is: ${nodes.map((node) => String(node["label"] ?? node["custom_id"])).join(", ") || "nothing"}`,
      );
    }
    if (found["disabled"] === true) throw new Error(`${name} is greyed out`);
    return found;
  };
  const component = (messageId: string, person: Ref | string, data: object): Asking => {
    const { channelId, onlyFor } = standing(messageId);
    const { id, name } = who(person, channelId);
    if (onlyFor !== null && onlyFor !== id) throw new Error(`${name} does not see this message`);
    return asking(ask(world, { type: InteractionType.MessageComponent, channelId, userId: id, data, messageId }));
  };
  /** Channels of the server, by name or id; the client offers only those of the menu's types that the person sees. */
  const chooseChannels = (
    messageId: string,
    person: Ref | string,
    { menu, node, values }: { menu: string; node: Readonly<Record<string, unknown>>; values: readonly string[] },
  ): Asking => {
    const { guildId, channelId } = standing(messageId);
    const userId = who(person, channelId).id;
    const types = (node["channel_types"] as readonly number[] | undefined) ?? [];
    const offered = [...books.channels.values()].filter(
      (channel) =>
        channel.guildId === guildId &&
        (types.length === 0 || types.includes(channel.type)) &&
        has(channelPermissions(books, channel, userId), "ViewChannel"),
    );
    const picked = values.map((value) => {
      const found = offered.find(({ id, name }) => id === value || name === value);
      if (found === undefined) {
        throw new Error(`${menu} does not offer ${value}; it offers: ${offered.map(({ name }) => name).join(", ")}`);
      }
      return { id: found.id };
    });
    return component(messageId, person, {
      custom_id: node["custom_id"],
      component_type: node["type"],
      values: picked.map(({ id }) => id),
      resolved: resolved(world, picked, userId),
    });
  };
  const menuOf = (name: string, type: 2 | 3): CommandRecord => {
    const found = books.commands.find((one) => one.name === name && (one.type as number) === type);
    if (found === undefined) throw new Error(`no such entry in the menu: ${name}`);
    return found;
  };
  const upload = (file: File): AttachmentRecord => {
    const kept = {
      id: books.ids.next(),
      filename: file.name,
      contentType: file.type,
      description: null,
      content: Buffer.from(file.content),
      channelId: "0",
    };
    books.uploads.set(kept.id, kept);
    return kept;
  };

  return {
    upload,
    command: (place, person, name, options, more) => {
      const asker = who(person, place.id);
      const path = findCommand(world, books.channel(place.id).guildId, name);
      needShown(path.command, place.id, asker, more);
      const data = commandData(world, path, options ?? {}, { userId: asker.id, focused: null });
      return asking(
        ask(world, {
          type: InteractionType.ApplicationCommand,
          channelId: place.id,
          userId: asker.id,
          data,
          messageId: null,
        }),
      );
    },
    autocomplete: (place, person, name, options, focused) => {
      const path = findCommand(world, books.channel(place.id).guildId, name);
      const asker = who(person, place.id);
      const data = commandData(world, path, options, { userId: asker.id, focused });
      return asking(
        ask(world, {
          type: InteractionType.ApplicationCommandAutocomplete,
          channelId: place.id,
          userId: asker.id,
          data,
          messageId: null,
        }),
      );
    },
    messageMenu: (message, person, name, more) => {
      const record = standing(message.id);
      const { channelId } = record;
      const command = menuOf(name, 3);
      const asker = who(person, channelId);
      needShown(command, channelId, asker, more);
      const data = {
        id: command.id,
        name,
        type: 3,
        target_id: message.id,
        resolved: { messages: { [message.id]: eventShape(world, record) } },
      };
      return asking(
        ask(world, { type: InteractionType.ApplicationCommand, channelId, userId: asker.id, data, messageId: null }),
      );
    },
    userMenu: (place, person, name, about, more) => {
      const command = menuOf(name, 2);
      const asker = who(person, place.id);
      needShown(command, place.id, asker, more);
      const { guildId } = books.channel(place.id);
      const membership = guildId === null ? undefined : books.guilds.get(guildId)?.members.get(about.id);
      const members = membership === undefined ? {} : { members: { [about.id]: memberShape(books, membership) } };
      const data = {
        id: command.id,
        name,
        type: 2,
        target_id: about.id,
        resolved: { users: { [about.id]: userShape(books.user(about.id)) }, ...members },
      };
      return asking(
        ask(world, {
          type: InteractionType.ApplicationCommand,
          channelId: place.id,
          userId: asker.id,
          data,
          messageId: null,
        }),
      );
    },
    press: (message, person, button) => {
      const node = control(message.id, button);
      return component(message.id, person, { custom_id: node["custom_id"], component_type: node["type"] });
    },
    choose: (message, person, menu, ...values) => {
      const node = control(message.id, menu);
      if (node["type"] === ComponentType.ChannelSelect) {
        return chooseChannels(message.id, person, { menu, node, values });
      }
      const options =
        (node["options"] as readonly { readonly label: string; readonly value: string }[] | undefined) ?? [];
      const picked = values.map(
        (value) => options.find((option) => option.label === value || option.value === value)?.value ?? value,
      );
      const strange =
        node["type"] === ComponentType.StringSelect
          ? picked.find((value) => !options.some((option) => option.value === value))
          : undefined;
      if (strange !== undefined) {
        throw new Error(
          `${menu} does not offer ${strange}; it offers: ${options.map(({ label }) => label).join(", ")}`,
        );
      }
      return component(message.id, person, {
        custom_id: node["custom_id"],
        component_type: node["type"],
        values: picked,
      });
    },
    fill: ({ id }, values) => {
      const opener = record(id);
      const { given } = opener;
      if (given?.kind !== "modal") throw new Error("this was not answered with a form");
      const uploads: AttachmentRecord[] = [];
      const components = given.modal.fields.map((field, index) => {
        const value = values[field.label] ?? values[field.customId] ?? field.value ?? "";
        const answer = fieldAnswer(field, value, index, (file) => {
          const kept = upload(file);
          uploads.push(kept);
          return kept.id;
        });
        return field.holder === "row"
          ? { type: 1, id: index * 2 + 1, components: [answer] }
          : { type: 18, id: index * 2 + 1, component: answer };
      });
      const data = { custom_id: given.modal.customId, components, resolved: resolved(world, uploads, opener.userId) };
      return asking(
        ask(world, {
          type: InteractionType.ModalSubmit,
          channelId: opener.channelId,
          userId: opener.userId,
          data,
          messageId: opener.messageId,
        }),
      );
    },
  };
}
