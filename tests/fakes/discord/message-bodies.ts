// What a message may hold when it is sent, and how much of it ("Message Object", "Embed Limits", "Component Reference").
import { z } from "zod";
import { snowflake } from "./call.ts";
import { componentList } from "./components.ts";

// "Create Message": up to 2000 characters, 10 embeds, 10 files.
const TEXT_MAX = 2000;
const EMBEDS_MAX = 10;
const FILES_MAX = 10;
// "Embed Limits": the sum of all texts of all embeds of a message.
const EMBED_TEXT_MAX = 6000;
// "Create Message": a nonce has at most 25 characters.
const NONCE_MAX = 25;
const MENTION_IDS_MAX = 100;

/** The flags that a create or an edit may set. */
export const FLAGS = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;

const url = z
  .string()
  .max(2048)
  .regex(/^(?:https?|attachment):\/\/\S+$/, { message: "Not a well formed URL." });

const embed = z.object({
  title: z.string().max(256).nullish(),
  type: z.string().nullish(),
  description: z.string().max(4096).nullish(),
  url: url.nullish(),
  timestamp: z.string().nullish(),
  color: z.number().int().min(0).max(0xff_ff_ff).nullish(),
  footer: z.object({ text: z.string().max(2048).nullish(), icon_url: url.nullish() }).nullish(),
  image: z.object({ url: url.nullish() }).nullish(),
  thumbnail: z.object({ url: url.nullish() }).nullish(),
  author: z.object({ name: z.string().max(256).nullish(), url: url.nullish(), icon_url: url.nullish() }).nullish(),
  fields: z
    .array(
      z.object({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024), inline: z.boolean().nullish() }),
    )
    .max(25)
    .nullish(),
});

type Embed = z.infer<typeof embed>;

function embedText({ title, description, footer, author, fields }: Embed): number {
  const inFields = (fields ?? []).reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return [title, description, footer?.text, author?.name].reduce((sum, text) => sum + (text?.length ?? 0), inFields);
}

const embeds = z
  .array(embed)
  .max(EMBEDS_MAX)
  .superRefine((list, context) => {
    const total = list.reduce((sum, one) => sum + embedText(one), 0);
    if (total > EMBED_TEXT_MAX) {
      context.addIssue({
        code: "custom",
        path: [],
        message: `Embed size exceeds maximum size of ${EMBED_TEXT_MAX}`,
        params: { code: "MAX_EMBED_SIZE_EXCEEDED" },
      });
    }
  });

const allowedMentions = z
  .object({
    parse: z.array(z.enum(["everyone", "roles", "users"])).nullish(),
    users: z.array(snowflake).max(MENTION_IDS_MAX).nullish(),
    roles: z.array(snowflake).max(MENTION_IDS_MAX).nullish(),
    replied_user: z.boolean().nullish(),
  })
  .superRefine(({ parse, users, roles }, context) => {
    for (const [kind, ids] of [
      ["users", users],
      ["roles", roles],
    ] as const) {
      if ((parse ?? []).includes(kind) && (ids ?? []).length > 0) {
        context.addIssue({
          code: "custom",
          path: ["parse"],
          message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
          params: { code: "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE" },
        });
      }
    }
  });

const attachments = z
  .array(
    z.object({
      id: z.union([z.string(), z.number()]),
      filename: z.string().max(1024).nullish(),
      description: z.string().max(1024).nullish(),
    }),
  )
  .max(FILES_MAX);

const common = {
  content: z.string().max(TEXT_MAX).nullish(),
  embeds: embeds.nullish(),
  allowed_mentions: allowedMentions.nullish(),
  components: componentList.nullish(),
  attachments: attachments.nullish(),
  flags: z.number().int().nullish(),
};

/** "Create Message". */
export const createBody = z.object({
  ...common,
  tts: z.boolean().nullish(),
  nonce: z.union([z.string().max(NONCE_MAX), z.number().int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  message_reference: z
    .object({
      type: z.number().int().nullish(),
      message_id: snowflake,
      channel_id: snowflake.nullish(),
      guild_id: snowflake.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
    })
    .nullish(),
});

/** "Edit Message" and "Edit Webhook Message". */
export const editBody = z.object(common);

// "Create Webhook": a name is 1 to 80 characters and holds neither word, in any case.
const FORBIDDEN = ["clyde", "discord"];

/** The name of a webhook, and the one that a post of it brings along. */
export const webhookName = z
  .string()
  // "Usernames and Nicknames": zero-width characters are taken out before anything is looked at.
  .transform((name) => name.replaceAll(/[\u200B-\u200F\u2060-\u2064\uFEFF]/g, "").trim())
  .pipe(z.string().min(1).max(80))
  .superRefine((name, context) => {
    const word = FORBIDDEN.find((one) => name.toLowerCase().includes(one));
    if (word !== undefined) {
      context.addIssue({
        code: "custom",
        message: `Username cannot contain "${word}"`,
        params: { code: "USERNAME_INVALID_CONTAINS" },
      });
    }
  });

/** "Execute Webhook". */
export const executeBody = z.object({
  ...common,
  tts: z.boolean().nullish(),
  username: webhookName.nullish(),
  avatar_url: z
    .string()
    .max(2048)
    .regex(/^https?:\/\/\S+$/, { message: "Not a well formed URL." })
    .or(z.literal(""))
    .nullish(),
  thread_name: z.string().min(1).max(100).nullish(),
});

/** What a message is made of, however it was sent. */
export type MessageBody = z.infer<typeof editBody>;
