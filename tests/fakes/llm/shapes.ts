// The shapes that OpenAI gives its answers: whole, in events, as a list of models, as an error.

/** A well-formed answer. */
export interface ReplyOptions {
  readonly text: string;
  /** The pieces that it is streamed in; default: word by word. */
  readonly pieces?: readonly string[];
  /** Default: `stop`. */
  readonly finish?: "stop" | "length" | "tool_calls" | "content_filter";
  /** What it counted; null: it does not say. Default: a count by words. */
  readonly usage?: { readonly input: number; readonly output: number; readonly cached?: number } | null;
  /** Calls of this tool beside, or instead of, text. */
  readonly toolCall?: string;
}

// No clock: the same request gives the same answer.
const CREATED = 1_767_600_000;
const ID = "chatcmpl-fake";

/** The answer as a stream of events, without the closing `[DONE]`. */
export function events(reply: ReplyOptions, model: string, withUsage: boolean): readonly object[] {
  const event = (choices: readonly object[], usage: object | null): object => ({
    id: ID,
    object: "chat.completion.chunk",
    created: CREATED,
    model,
    choices,
    ...(withUsage ? { usage } : {}),
  });
  const choice = (delta: object, finish: string | null): object => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason: finish,
  });
  const pieces = reply.pieces ?? reply.text.match(/\S+\s*|\s+/gu) ?? [];
  const all = [event([choice({ role: "assistant", content: "" }, null)], null)];
  for (const content of pieces) all.push(event([choice({ content }, null)], null));
  if (reply.toolCall !== undefined) {
    const call = { index: 0, id: "call_fake", type: "function", function: { name: reply.toolCall, arguments: "{}" } };
    all.push(event([choice({ tool_calls: [call] }, null)], null));
  }
  all.push(event([choice({}, reply.finish ?? "stop")], null));
  const usage = usageFor(reply);
  if (withUsage && usage !== null) all.push(event([], usage));
  return all;
}

/** The answer as one object. */
export function completion(reply: ReplyOptions, model: string): object {
  const usage = usageFor(reply);
  const message = { role: "assistant", content: reply.text, refusal: null };
  return {
    id: ID,
    object: "chat.completion",
    created: CREATED,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finish ?? "stop" }],
    ...(usage === null ? {} : { usage }),
  };
}

/** The list of models. */
export function modelList(names: readonly string[]): object {
  const data = names.map((id) => ({ id, object: "model", created: CREATED, owned_by: "fake" }));
  return { object: "list", data };
}

/** An error as OpenAI tells it. */
export function errorBody(error: {
  readonly message?: string;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
}): object {
  const { message = "The fake was told to fail", type = "invalid_request_error", param = null, code = null } = error;
  return { error: { message, type, param, code } };
}

function usageFor(reply: ReplyOptions): object | null {
  if (reply.usage === null) return null;
  const input = reply.usage?.input ?? 10;
  const output = reply.usage?.output ?? (reply.text.match(/\S+/gu) ?? []).length;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: reply.usage?.cached ?? 0 },
  };
}
