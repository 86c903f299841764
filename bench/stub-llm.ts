// A server that speaks just enough of OpenAI's chat completions to stream one answer at once, or with `stalled` none ever; run as a process of its own, so that its work is nobody's.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const WORDS =
  "The tide is out, the lamp is lit, and there is nothing in the log but gulls and one wet cat today.".split(" ");

const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_770_000_000, model: "stub-model" };
const chunk = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ ...head, choices: [{ index: 0, ...choice }], ...more })}\n\n`;

const usage = { prompt_tokens: 900, completion_tokens: 24, total_tokens: 924 };
const pieces = [
  chunk({ delta: { role: "assistant", content: "" }, finish_reason: null }),
  ...WORDS.map((word, at) => chunk({ delta: { content: at === 0 ? word : ` ${word}` }, finish_reason: null })),
  chunk({ delta: {}, finish_reason: "stop" }),
  `data: ${JSON.stringify({ ...head, choices: [], usage })}\n\n`,
  "data: [DONE]\n\n",
];

const isStalled = process.argv.includes("stalled");

let lastBody = "";

const server = createServer((request, response) => {
  if (request.method === "GET") {
    const isLast = request.url === "/last";
    const body = isLast ? lastBody : JSON.stringify({ object: "list", data: [{ id: "stub-model", object: "model" }] });
    response.writeHead(200, { "content-type": "application/json" }).end(body);
    return;
  }
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => {
    body += part;
  });
  request.on("end", () => {
    lastBody = body;
    if (isStalled) return;
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
    for (const piece of pieces) response.write(piece);
    response.end();
  });
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
