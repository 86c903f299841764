// The model of a chaos run: it writes its answers slowly, so that they are shown while they are being written.
import type { FakeLlm, Step } from "../fakes/llm/llm.ts";
import { startFakeLlm } from "../fakes/llm/llm.ts";
import { events } from "../fakes/llm/shapes.ts";

// Everybody is answered with these words first: what stands of two answers can be told apart by nothing but its place.
const FIRST = "I look it up. ";

// Until the first words are worth showing, and until the last ones come: long enough for an edit on the way.
const FIRST_AFTER_MS = 100;
const LAST_AFTER_MS = 1_400;

/** What the model says to somebody who asks for a number or for tea. */
export function answerOf(number: number | null): string {
  return `${FIRST}${number === null ? "Tea" : `Number ${number}`} it is.`;
}

/** Starts it. */
export function startModel(): Promise<FakeLlm> {
  return startFakeLlm({ reply: (body) => said(answerOf(numberIn(body))) });
}

function said(text: string): Step {
  const all = events({ text, pieces: [FIRST, text.slice(FIRST.length)] }, "fake-model", true);
  const [opening, first, last, ...rest] = all.map((event) => `data: ${JSON.stringify(event)}\n\n`);
  if (opening === undefined || first === undefined || last === undefined) throw new RangeError("there are no pieces");
  const parts = [opening, pause(FIRST_AFTER_MS), first, pause(LAST_AFTER_MS), last, ...rest, "data: [DONE]\n\n"];
  return { kind: "raw", parts, ending: "end" };
}

function pause(ms: number): () => Promise<void> {
  return () => new Promise((resolve) => setTimeout(resolve, ms));
}

/** The last one who spoke is answered. */
function numberIn(body: unknown): number | null {
  const { messages = [] } = (body ?? {}) as { readonly messages?: readonly { readonly content?: unknown }[] };
  const content = messages.at(-1)?.content;
  const found = /number (\d+)/u.exec(typeof content === "string" ? content : JSON.stringify(content ?? ""));
  return found?.[1] === undefined ? null : Number(found[1]);
}
