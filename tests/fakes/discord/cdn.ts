// Files that anyone may fetch: attachments, faces and emojis ("Image Formatting").
import type { ServerResponse } from "node:http";
import type { World } from "./call.ts";
import { contentTypeOf } from "./images.ts";

interface File {
  readonly content: Buffer;
  readonly contentType: string;
}

/** Answers with the file, or 404. */
export function serveFile(world: World, path: string, response: ServerResponse): void {
  const file = findFile(world, path.split("/").slice(1));
  if (file === null) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, { "content-type": file.contentType, "content-length": file.content.length })
    .end(file.content);
}

function findFile(world: World, [folder = "", owner = "", name = ""]: readonly string[]): File | null {
  if (folder === "attachments") {
    const posted = world.books.everything().flatMap(({ attachments }) => attachments);
    const attachment = world.books.uploads.get(name) ?? posted.find(({ id }) => id === name);
    return attachment === undefined ? null : { content: attachment.content, contentType: attachment.contentType };
  }
  if (folder === "emojis") return picture(world.books.emojis.get(withoutEnding(owner))?.content);
  if (folder === "avatars") return picture(world.books.images.get(withoutEnding(name)));
  return null;
}

function picture(content: Buffer | undefined): File | null {
  return content === undefined ? null : { content, contentType: contentTypeOf(content) ?? "image/png" };
}

function withoutEnding(name: string): string {
  return name.replace(/\.\w+$/, "");
}
