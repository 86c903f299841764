// Pictures in a prompt: given to models that see, told of to all others.
import type { Image } from "../../domain/message.ts";
import type { PromptMessage } from "../../domain/trace.ts";

/** What a picture costs at most with `detail: low` (OpenAI, "Images and vision": 2,833 for gpt-4o-mini, less for all others). */
export const PICTURE_TOKENS_MAX = 3_000;

// Talk is about the newest pictures; each costs as much as a long conversation.
const PICTURES_MAX = 4;

// Long enough for what people call their files.
const NAME_CHARS_MAX = 60;

/** `messages` for a model that sees, or for one that does not: pictures that it is not shown are named in the text. */
export function withPictures(messages: readonly PromptMessage[], model: "sees" | "is blind"): readonly PromptMessage[] {
  if (picturesIn(messages) === 0) return messages;
  let room = model === "sees" ? PICTURES_MAX : 0;
  const shown: PromptMessage[] = [];
  for (const { images = [], ...message } of messages.toReversed()) {
    const kept = room === 0 ? [] : images.slice(-room);
    room -= kept.length;
    const told = images.slice(0, images.length - kept.length).map((image) => `[picture: ${nameOf(image)}]`);
    const content = [message.content, ...told].join("\n");
    shown.push(kept.length === 0 ? { ...message, content } : { ...message, content, images: kept });
  }
  return shown.toReversed();
}

/** How many pictures the messages hold. */
export function picturesIn(messages: readonly PromptMessage[]): number {
  return messages.reduce((sum, message) => sum + (message.images?.length ?? 0), 0);
}

/** What the picture is called in its address; its media type where that says nothing. */
function nameOf({ url, type }: Image): string {
  const path = URL.parse(url)?.pathname ?? "";
  const name = path
    .slice(path.lastIndexOf("/") + 1)
    .replaceAll(/[^\w.-]+/gu, " ")
    .trim();
  return name === "" ? type : name.slice(-NAME_CHARS_MAX);
}
