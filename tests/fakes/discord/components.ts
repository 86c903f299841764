// Buttons, menus and rows: what Discord takes of them in a message ("Component Reference").
import { ComponentType, type APIMessage } from "discord.js";
import { z } from "zod";

// "Action Row": five rows of five buttons, or one menu in a row; "String Select": 25 options.
const ROWS_MAX = 5;
const BUTTONS_MAX = 5;
const OPTIONS_MAX = 25;
// Of a message with the newer layout: 40 components in all.
const COMPONENTS_MAX = 40;
const LABEL_MAX = 80;

export const customId = z.string().min(1).max(100);

const emoji = z.object({ id: z.string().nullish(), name: z.string().nullish(), animated: z.boolean().nullish() });

// As plain numbers, as requests carry them.
const ROW: number = ComponentType.ActionRow;
const SECTION: number = ComponentType.Section;
const SELECT: number = ComponentType.StringSelect;
const LINK = 5;
const PREMIUM = 6;

const button = z
  .object({
    type: z.literal(ComponentType.Button),
    style: z.number().int().min(1).max(PREMIUM),
    label: z.string().max(LABEL_MAX).nullish(),
    emoji: emoji.nullish(),
    custom_id: customId.nullish(),
    url: z.string().max(512).nullish(),
    disabled: z.boolean().nullish(),
  })
  .superRefine((one, context) => {
    const isLink = one.style === LINK;
    const needed = isLink ? "url" : "custom_id";
    if (one.style !== PREMIUM && (one[needed] ?? null) === null) {
      context.addIssue({
        code: "custom",
        path: [needed],
        message: `A ${needed === "url" ? "url" : "custom id"} is required`,
        params: { code: "BASE_TYPE_REQUIRED" },
      });
    }
    if ((one.label ?? "") === "" && (one.emoji ?? null) === null) {
      context.addIssue({
        code: "custom",
        path: ["label"],
        message: "A label or an emoji is required",
        params: { code: "BUTTON_COMPONENT_INVALID_LABEL" },
      });
    }
  });

/** One line of a menu. */
export const selectOption = z.object({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().max(100).nullish(),
  emoji: emoji.nullish(),
  default: z.boolean().nullish(),
});

const select = z
  .object({
    type: z.literal([
      ComponentType.StringSelect,
      ComponentType.UserSelect,
      ComponentType.RoleSelect,
      ComponentType.MentionableSelect,
      ComponentType.ChannelSelect,
    ]),
    custom_id: customId,
    options: z.array(selectOption).min(1).max(OPTIONS_MAX).optional(),
    placeholder: z.string().max(150).nullish(),
    min_values: z.number().int().min(0).max(OPTIONS_MAX).nullish(),
    max_values: z.number().int().min(1).max(OPTIONS_MAX).nullish(),
    disabled: z.boolean().nullish(),
    channel_types: z.array(z.number().int()).nullish(),
    default_values: z.array(z.unknown()).nullish(),
  })
  .superRefine((one, context) => {
    if (one.type === ComponentType.StringSelect && one.options === undefined) {
      context.addIssue({
        code: "custom",
        path: ["options"],
        message: "This field is required",
        params: { code: "BASE_TYPE_REQUIRED" },
      });
    }
  });

const row = z
  .object({
    type: z.literal(ComponentType.ActionRow),
    components: z
      .array(z.union([button, select]))
      .min(1)
      .max(BUTTONS_MAX),
  })
  .superRefine(({ components }, context) => {
    if (components.length > 1 && components.some(({ type }) => type !== ComponentType.Button)) {
      context.addIssue({
        code: "custom",
        path: ["components"],
        message: "The specified component exceeds the maximum width",
        params: { code: "COMPONENT_LAYOUT_WIDTH_EXCEEDED" },
      });
    }
  });

// The newer layout is held to Discord's description only; the fake looks at the rows in it.
const layout = z.looseObject({
  type: z
    .number()
    .int()
    .refine((type) => type !== ROW && type >= SECTION),
});

/** The components of a message. */
export const componentList = z
  .array(z.union([row, layout]))
  .max(COMPONENTS_MAX)
  .superRefine((list, context) => {
    const rows = list.filter(({ type }) => type === ROW);
    if (rows.length > ROWS_MAX) {
      context.addIssue({
        code: "custom",
        path: [],
        message: `Must be ${ROWS_MAX} or fewer in length.`,
        params: { code: "BASE_TYPE_BAD_LENGTH" },
      });
    }
    const ids = customIdsOf(list);
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) {
      context.addIssue({
        code: "custom",
        path: [],
        message: "Component custom id cannot be duplicated",
        params: { code: "COMPONENT_CUSTOM_ID_DUPLICATED" },
      });
    }
  });

/** Every custom id in a tree of components. */
export function customIdsOf(tree: unknown): readonly string[] {
  return everyComponent(tree).flatMap(({ custom_id }) => (typeof custom_id === "string" ? [custom_id] : []));
}

/** Every component in a tree, the holders before what they hold. */
export function everyComponent(tree: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(tree)) return tree.flatMap(everyComponent);
  if (typeof tree !== "object" || tree === null) return [];
  const node = tree as Readonly<Record<string, unknown>>;
  const inside = [node["components"], node["component"], node["accessory"]].flatMap(everyComponent);
  return "type" in node ? [node, ...inside] : inside;
}

/** As Discord gives them back: with a number for each, counted from 1, and what was left out filled in. */
export function asShown(list: readonly unknown[]): NonNullable<APIMessage["components"]> {
  let count = 0;
  const number = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(number);
    if (typeof node !== "object" || node === null) return node;
    const known = node as Readonly<Record<string, unknown>>;
    const id = "type" in known && known["id"] === undefined ? { id: (count += 1) } : {};
    const kept = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== undefined));
    const inside = ["components", "component", "accessory"].filter((key) => key in kept);
    return { ...filledIn(kept), ...id, ...Object.fromEntries(inside.map((key) => [key, number(kept[key])])) };
  };
  return list.map(number) as NonNullable<APIMessage["components"]>;
}

function filledIn(node: Readonly<Record<string, unknown>>): object {
  if (node["type"] !== SELECT) return node;
  return { min_values: 1, max_values: 1, disabled: false, ...node };
}
