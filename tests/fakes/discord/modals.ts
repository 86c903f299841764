// The form that a bot opens: at most five fields ("Receiving and Responding: Modals").
import { ComponentType } from "discord.js";
import { z } from "zod";
import { customId, selectOption } from "./components.ts";
import type { ModalField, ModalShown } from "./records.ts";

// Discord's description takes 40; its documentation and its client take five.
const FIELDS_MAX = 5;
const TITLE_MAX = 45;
const LABEL_MAX = 45;
const VALUE_MAX = 4000;

// "Text Input Styles".
const PARAGRAPH = 2;

const textInput = z.object({
  type: z.literal(ComponentType.TextInput),
  custom_id: customId,
  style: z.literal([1, 2]),
  label: z.string().min(1).max(LABEL_MAX).nullish(),
  min_length: z.number().int().min(0).max(VALUE_MAX).nullish(),
  max_length: z.number().int().min(1).max(VALUE_MAX).nullish(),
  required: z.boolean().nullish(),
  value: z.string().max(VALUE_MAX).nullish(),
  placeholder: z.string().max(100).nullish(),
});

const select = z.object({
  type: z.literal([
    ComponentType.StringSelect,
    ComponentType.UserSelect,
    ComponentType.RoleSelect,
    ComponentType.MentionableSelect,
    ComponentType.ChannelSelect,
  ]),
  custom_id: customId,
  options: z.array(selectOption).min(1).max(25).optional(),
  required: z.boolean().nullish(),
  placeholder: z.string().max(150).nullish(),
  min_values: z.number().int().min(0).max(25).nullish(),
  max_values: z.number().int().min(1).max(25).nullish(),
});

const fileUpload = z.object({
  type: z.literal(ComponentType.FileUpload),
  custom_id: customId,
  min_values: z.number().int().min(0).max(10).nullish(),
  max_values: z.number().int().min(1).max(10).nullish(),
  required: z.boolean().nullish(),
});

const row = z.object({
  type: z.literal(ComponentType.ActionRow),
  components: z.array(textInput.required({ label: true })).length(1),
});
const label = z.object({
  type: z.literal(ComponentType.Label),
  label: z.string().min(1).max(LABEL_MAX),
  description: z.string().max(100).nullish(),
  component: z.union([textInput, select, fileUpload]),
});
const text = z.object({ type: z.literal(ComponentType.TextDisplay), content: z.string().min(1).max(4000) });

const fields = z
  .array(z.union([row, label, text]))
  .min(1)
  .superRefine((list, context) => {
    const inputs = list.flatMap(fieldOf);
    if (inputs.length > FIELDS_MAX) {
      context.addIssue({
        code: "custom",
        path: [],
        message: `Must be between 1 and ${FIELDS_MAX} in length.`,
        params: { code: "BASE_TYPE_BAD_LENGTH" },
      });
    }
    const ids = inputs.map((input) => input.customId);
    if (new Set(ids).size !== ids.length) {
      context.addIssue({
        code: "custom",
        path: [],
        message: "Component custom id cannot be duplicated",
        params: { code: "COMPONENT_CUSTOM_ID_DUPLICATED" },
      });
    }
  });

/** The data of a callback that opens a modal. */
export const modalBody = z.object({ custom_id: customId, title: z.string().min(1).max(TITLE_MAX), components: fields });

type Holder = z.infer<typeof row> | z.infer<typeof label> | z.infer<typeof text>;

function fieldOf(holder: Holder): readonly ModalField[] {
  if (holder.type === ComponentType.TextDisplay) return [];
  const isLabel = holder.type === ComponentType.Label;
  const inputs = isLabel ? [holder.component] : holder.components;
  return inputs.map((input) => ({
    customId: input.custom_id,
    label: isLabel ? holder.label : "label" in input ? (input.label ?? "") : "",
    value: "value" in input ? (input.value ?? null) : null,
    isRequired: input.required ?? true,
    minLength: "min_length" in input ? (input.min_length ?? 0) : 0,
    maxLength: "max_length" in input ? (input.max_length ?? VALUE_MAX) : VALUE_MAX,
    hint: "placeholder" in input ? (input.placeholder ?? "") : "",
    lines: "style" in input && input.style === PARAGRAPH ? ("many" as const) : ("one" as const),
    holder: isLabel ? ("label" as const) : ("row" as const),
    type: input.type,
  }));
}

/** A modal as the person has it before them. */
export function modalOf(body: z.infer<typeof modalBody>): ModalShown {
  return { customId: body.custom_id, title: body.title, fields: body.components.flatMap(fieldOf) };
}
