// Pictures that come as data URIs, and what a picture is by its first bytes.
import { z } from "zod";

/** `data:image/png;base64,…`, decoded. */
export const dataUri = z.string().transform((text, context) => {
  const match = /^data:image\/(?:png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=]+)$/.exec(text);
  const content = match === null ? null : Buffer.from(match[1] ?? "", "base64");
  if (content !== null && contentTypeOf(content) !== null) return { content };
  context.addIssue({ code: "custom", message: "Invalid image data", params: { code: "IMAGE_INVALID" } });
  return z.NEVER;
});

/** By the magic bytes; null for what is no picture that Discord takes. */
export function contentTypeOf(content: Buffer): string | null {
  const head = content.subarray(0, 12).toString("latin1");
  if (head.startsWith("\u0089PNG")) return "image/png";
  if (head.startsWith("\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (head.startsWith("GIF8")) return "image/gif";
  return head.startsWith("RIFF") && head.slice(8) === "WEBP" ? "image/webp" : null;
}
