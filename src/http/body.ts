// The bodies of requests: none is longer than the limit, whether its length was announced or not.
import type { MiddlewareHandler } from "hono";
import type { WebContext, WebEnv } from "./guard.ts";
import { Fault } from "./guard.ts";
import { BODY_BYTES_MAX } from "./limits.ts";

/** Refuses bodies beyond the limit: by their length where it is announced, else as soon as so much has come. */
export const limitedBodies: MiddlewareHandler<WebEnv> = async (c, next) => {
  const announced = c.req.header("content-length");
  if (announced !== undefined && Number(announced) > BODY_BYTES_MAX) throw tooLong(c);
  // A request with neither header has no body (RFC 9112, section 6.3).
  if (c.req.header("transfer-encoding") !== undefined) await readWhole(c);
  await next();
};

async function readWhole(c: WebContext): Promise<void> {
  const { raw, url, method } = c.req;
  if (raw.body === null) return;
  const body = await bytesOf(c, raw.body);
  // Made of its parts: a request that the server made cannot be copied by the one of the globals.
  c.req.raw = new Request(url, { method, headers: new Headers([...raw.headers]), body });
}

async function bytesOf(c: WebContext, body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Fault(400, "The request broke off in the middle of its body.");
    });
    if (done) return new Uint8Array(Buffer.concat(parts, length));
    length += value.length;
    if (length > BODY_BYTES_MAX) throw tooLong(c);
    parts.push(value);
  }
}

// What is still on its way is not read: the connection ends with this answer.
function tooLong(c: WebContext): Fault {
  c.header("Connection", "close");
  return new Fault(413, `That is too long: ${BODY_BYTES_MAX / 1024} KB fit in one request, and one post is far less.`);
}
