// Requests as a program makes them, down to headers that no browser would let one set.
import { request } from "node:http";
import type { TestHouse } from "./web-house.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request over a plain socket: `Host` and `Origin` are whatever the test says. */
export function ask(house: TestHouse, path: string, asked: Asked = {}): Promise<Answer> {
  const { hostname, port } = new URL(house.url);
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname, port, path, method: asked.method ?? "GET", headers: asked.headers ?? {}, agent: false },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }),
        );
        answer.on("error", reject);
      },
    );
    call.on("error", reject);
    call.end(asked.body);
  });
}

/** A form, as a browser without scripts sends it. */
export function sendForm(
  house: TestHouse,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(house, path, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html", ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

export function jsonOf<T>(answer: Answer): T {
  return JSON.parse(answer.text) as T;
}

/** One event of the live line. */
export interface LiveEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** An open live line, read event by event. */
export class LiveLine {
  readonly #parts: AsyncIterator<LiveEvent>;
  readonly #stop: AbortController;

  private constructor(parts: AsyncIterator<LiveEvent>, stop: AbortController) {
    this.#parts = parts;
    this.#stop = stop;
  }

  static async open(
    house: Pick<TestHouse, "url">,
    path = "/events",
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LiveLine> {
    const stop = new AbortController();
    const answer = await fetch(house.url + path, { headers, signal: stop.signal });
    if (answer.body === null || answer.status !== 200) throw new Error(`the live line answered ${answer.status}`);
    return new LiveLine(eventsOf(answer.body), stop);
  }

  /** The next event of one of these kinds; others are passed over. Null: the line has ended. */
  async next(...kinds: readonly string[]): Promise<LiveEvent | null> {
    for (;;) {
      const { value, done } = await this.#parts.next();
      if (done === true) return null;
      if (kinds.length === 0 || kinds.includes(value.event)) return value;
    }
  }

  close(): void {
    this.#stop.abort();
  }
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<LiveEvent, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of body) {
    rest += decoder.decode(part, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const lines = block.split("\n");
      const all = (name: string): string[] =>
        lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
      const [event] = all("event");
      if (event !== undefined) yield { event, id: all("id")[0] ?? null, data: all("data").join("\n") };
    }
  }
}
