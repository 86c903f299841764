// The limits of one answer, all by the house's clock.

/** Until the first piece of a try's answer (the design, issue 2: "30 s to first byte"). */
export const FIRST_BYTE_MS = 30_000;

/** Between two pieces of an answer ("30 s idle"). */
export const IDLE_MS = 30_000;

/** One answer with all its tries and pauses ("120 s in all"). */
export const ANSWER_MS = 120_000;

/** After `finish_reason` only the usage is missing; servers send it at once or never. */
export const USAGE_WAIT_MS = 2_000;

/** The list of models, asked for once: a server that is slower than this has none to tell. */
export const MODELS_MS = 10_000;

/** Requests for one answer, the first included: two repeats outlast the short spells of overload that a repeat can cure. */
export const TRIES_MAX = 3;

/** A server that asks to be left alone for longer is asked again after this: its clock may be wrong, and its overload over. */
export const RETRY_AFTER_MS_MAX = 60 * 60_000;

/** Pause before the first repeat where the server names none; it doubles with each try. OpenAI's own client begins with the same. */
export const BACKOFF_MS = 500;

/** The longest pause that we choose by ourselves. */
export const BACKOFF_MS_MAX = 8_000;

/** How many parameters that a server refuses are given up within one answer: each costs a request. */
export const LESSONS_MAX = 4;

/** Tokens that an answer may have where nothing is set; it is sent, so that what is reserved is really the most that a call can use. A long post has some 300. */
export const ANSWER_TOKENS = 1_024;

/** The same for models that think before they speak: their thoughts count as tokens of the answer. */
export const THINKING_ANSWER_TOKENS = 4_096;

/** Bytes of one response: the longest answer with every token in an event of its own is far below. */
export const RESPONSE_BYTES_MAX = 16 * 1024 * 1024;

/** Connections to one server: more turns than this are not thought about at once, and most servers limit at this order. */
export const CONNECTIONS_MAX = 64;

/** A connection that is not there after this long will not come (undici's own limit). */
export const CONNECT_MS = 10_000;

/** How long a connection waits for the next call where the server does not say: long enough for the pace of a scene. */
export const KEEP_ALIVE_MS = 30_000;
