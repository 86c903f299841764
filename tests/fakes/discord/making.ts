// From the body of a request to the parts of a message: text, embeds, buttons and files.
import type { APIEmbed, APIMessage } from "discord.js";
import type { Upload, World } from "./call.ts";
import { asShown } from "./components.ts";
import { FLAGS, type MessageBody } from "./message-bodies.ts";
import type { AttachmentRecord, MessageRecord } from "./records.ts";
import { invalidField, refusals } from "./refusals.ts";

// "Uploading Files": 10 MiB for all files of a message without a boost.
const FILES_BYTES_MAX = 10 * 1024 * 1024;
// What a request may set of the flags; the others are Discord's own.
const SETTABLE = FLAGS.suppressEmbeds | FLAGS.suppressNotifications | FLAGS.componentsV2 | FLAGS.ephemeral;

export interface Parts {
  readonly text: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: NonNullable<APIMessage["components"]>;
  readonly attachments: readonly AttachmentRecord[];
  readonly flags: number;
}

/** What a create says. */
export function makeParts(world: World, channelId: string, body: MessageBody, files: readonly Upload[]): Parts {
  const flags = (body.flags ?? 0) & SETTABLE;
  const parts = {
    text: (body.content ?? "").trim(),
    embeds: embedsOf(body),
    components: asShown(body.components ?? []),
    attachments: uploadsOf(world, channelId, body, files),
    flags,
  };
  if ((flags & FLAGS.componentsV2) !== 0 && (parts.text !== "" || parts.embeds.length > 0)) {
    const field = parts.text === "" ? "embeds" : "content";
    throw invalidField(
      [field],
      "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
      `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  }
  return parts;
}

/** What an edit changes: a field that is left out stays as it is. */
export function replaceParts(
  world: World,
  message: MessageRecord,
  body: MessageBody,
  files: readonly Upload[],
): Partial<Parts> {
  const kept =
    (body.attachments ?? null) === null
      ? message.attachments
      : message.attachments.filter(({ id }) => (body.attachments ?? []).some((one) => String(one.id) === id));
  const added = uploadsOf(world, message.channelId, body, files);
  return {
    ...(body.content === undefined ? {} : { text: (body.content ?? "").trim() }),
    ...(body.embeds === undefined ? {} : { embeds: embedsOf(body) }),
    ...(body.components === undefined ? {} : { components: asShown(body.components ?? []) }),
    ...(body.attachments === undefined && files.length === 0 ? {} : { attachments: [...kept, ...added] }),
    ...(body.flags === null || body.flags === undefined
      ? {}
      : { flags: (message.flags & ~FLAGS.suppressEmbeds) | (body.flags & SETTABLE) }),
  };
}

/** Throws 50006 when nothing is left to be seen. */
export function needSomething({ text, embeds, components, attachments }: Omit<Parts, "flags">): void {
  if (text === "" && embeds.length + components.length + attachments.length === 0) throw refusals.emptyMessage();
}

function embedsOf(body: MessageBody): readonly APIEmbed[] {
  return (body.embeds ?? []).map((embed) => {
    const said = Object.entries({ ...embed, type: "rich" }).filter(
      ([, value]) => value !== null && value !== undefined,
    );
    return { ...(Object.fromEntries(said) as APIEmbed), ...fieldsOf(embed.fields ?? []) };
  });
}

function fieldsOf(
  fields: readonly { readonly name: string; readonly value: string; readonly inline?: boolean | null | undefined }[],
): Pick<APIEmbed, "fields"> {
  return fields.length === 0
    ? {}
    : { fields: fields.map(({ name, value, inline }) => ({ name, value, inline: inline ?? false })) };
}

// `files[0]` belongs to the attachment with the id 0, if the body names one.
function uploadsOf(
  world: World,
  channelId: string,
  body: MessageBody,
  files: readonly Upload[],
): readonly AttachmentRecord[] {
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > FILES_BYTES_MAX) throw refusals.tooLarge();
  return files.map((file) => {
    const number = /^files\[(\d+)\]$/.exec(file.field)?.[1] ?? null;
    const told = (body.attachments ?? []).find(({ id }) => String(id) === number);
    return {
      id: world.books.ids.next(),
      filename: told?.filename ?? file.filename,
      contentType: file.contentType,
      description: told?.description ?? null,
      content: file.content,
      channelId,
    };
  });
}
