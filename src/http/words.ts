// Words: what the house decided, said so that anyone understands it.
import type { Message } from "../domain/message.ts";
import type { Attempt, ContextPart } from "../domain/trace.ts";
import type { Outcome, SilenceReason, Turn, TurnState } from "../domain/turn.ts";
import type { Speaking } from "../solvers/solver.ts";

/** Why a persona took its turn, as one sentence. */
export function reasonSentence(turn: Pick<Turn, "reason" | "unasked">, name: string): string {
  const { reason } = turn;
  switch (reason.kind) {
    case "named":
      return `${name} was named: the text says “${reason.said}”.`;
    case "replied-to":
      return `The message is a reply to a post by ${name}.`;
    case "asked":
      return reason.post === null
        ? `A person asked ${name}, and nobody else, by a command.`
        : `A person asked ${name} to go on from what it had said.`;
    case "moved-in":
      return `A person put ${name} here, and ${name} said hello.`;
    case "chosen":
      if (reason.among === 1) return `The message spoke to nobody by name, and ${name} is who answers then.`;
      return `The message named nobody, so one of ${reason.among} was chosen by how talkative they are; ${name}’s chance was ${percent(reason.share)}.`;
    case "in-turn":
      return `The message named nobody, and of the ${reason.among} who take turns here it was ${name}’s.`;
    case "pooled":
      return `The message named nobody, and ${name} was chosen by chance among the ${reason.among} who had not spoken since the last person did.`;
    case "joined-in":
      return `The message named nobody, and ${name} joined in unasked, as it does with a chance of ${percent(reason.chance)}.`;
    case "told-to-stop":
      return `Somebody said “stop”, and ${name} says that it was heard.`;
    case "tick":
      return reason.act === "reply"
        ? `It was time for the scene’s next post, and ${name} was chosen to reply to an earlier one.`
        : `It was time for the scene’s next post, and ${name} was chosen to begin something new.`;
    case "scene-halts":
      return `The scene “${reason.name}” halted by itself, and ${name} says so.`;
  }
}

/** Why `who`, such as a persona or "Everybody", stayed silent, as one sentence. */
export function silenceSentence(reason: SilenceReason, who: string, nameOf: (id: string) => string): string {
  switch (reason.kind) {
    case "not-named":
      return `${who} stayed silent: somebody else was named.`;
    case "another-chosen":
      return `${who} stayed silent: ${nameOf(reason.chosen)} was chosen to answer.`;
    case "nobody-named":
      return `${who} stayed silent: nobody was named, and only who is named speaks here.`;
    case "not-inclined":
      return `${who} stayed silent: nobody was named, and the chance to join in was ${percent(reason.chance)}.`;
    case "others-joined":
      return `${who} stayed silent: enough others joined in.`;
    case "wrote-on":
      return `${who} stayed silent: the same person wrote on, and the last of those messages counts.`;
    case "manual":
      return `${who} stayed silent: only a command is answered, such as /ask.`;
    case "foreign-bot":
      return `${who} stayed silent: the message came from a bot of somebody else’s.`;
    case "scene-decides":
      return `${who} stayed silent: in a scene, the scene decides who speaks next.`;
    case "house-line":
      return `${who} stayed silent: it was a line of the house’s own, which is for people.`;
    case "faded":
      return `${who} stayed silent: talk among personas fades with each step, and the chance to go on was ${percent(reason.chance)}.`;
    case "adults-only":
      return `${who} stayed silent: this is a channel for adults, and the settings do not let personas speak in one.`;
    case "told-to-stop":
      return `${who} stayed silent: the message said “stop”.`;
    case "stopped":
      return `${who} stayed silent: since somebody said “stop”, personas here only answer people.`;
    case "quiet-hours":
      return `${who} stayed silent: these are quiet hours, in which personas only answer people.`;
    case "empty-text":
      return `${who} stayed silent: there was no text to answer.`;
    case "nobody-here":
      return "Nobody answered: no persona takes part here.";
  }
}

/** How a turn stands or ended, as one sentence. */
export function outcomeSentence(turn: { readonly state: TurnState; readonly outcome: Outcome | null }): string {
  const { outcome } = turn;
  if (outcome === null || turn.state !== "ended") return stateSentence(turn.state);
  switch (outcome.kind) {
    case "replied":
      return "It was said.";
    case "noticed":
      return `No answer could be had, so a short notice was given: ${outcome.why}.`;
    case "folded":
      return "The same person wrote again soon after; that later message was answered instead.";
    case "withdrawn":
      return `It was withdrawn: ${withdrawnWords[outcome.why]}${outcome.detail === "" ? "" : ` (${outcome.detail})`}.`;
  }
}

const withdrawnWords = {
  "trigger-deleted": "what it would have answered was deleted",
  "opted-out": "the author does not want to be answered",
  stopped: "it was stopped",
  "in-doubt": "nobody knows whether it arrived, and the settings say not to say it again",
} as const;

function stateSentence(state: TurnState): string {
  switch (state) {
    case "waiting":
      return "It waits for its turn to speak.";
    case "thinking":
      return "It is being thought about.";
    case "saying":
    case "ended":
      return "It is being said.";
  }
}

/** What one try of a solver came to. */
export function attemptSentence(attempt: Attempt): string {
  switch (attempt.result) {
    case "answered":
      return "answered";
    case "not-me":
      return "had nothing to say";
    case "failed":
      return `failed: ${attempt.why}`;
    case "skipped":
      return `was not asked: ${attempt.why}`;
  }
}

/** The names of a context's parts, for people. */
export const partWords: Readonly<Record<ContextPart["name"], string>> = {
  persona: "who the persona is",
  world: "the world it lives in",
  examples: "example exchanges",
  recent: "the newest posts",
  "post-history": "a reminder at the end",
};

/** What is speaking in this house. */
export function speakingSentence(speaking: Speaking): string {
  switch (speaking.kind) {
    case "scripted":
      return "scripted brains, no model: set OPENAI_API_KEY or OPENAI_BASE_URL";
    case "model":
      return `${speaking.model} at ${speaking.server}`;
    case "failing":
      return `${speaking.model} at ${speaking.server} does not answer: ${speaking.why}`;
  }
}

/** Who said a message, when a script did although a model is set, or the house itself. Null: nothing to remark. */
export function badgeOf(message: Message, speaking: Speaking): "scripted" | "notice" | null {
  if (message.spoken === null) return null;
  if (message.spoken.solver === "house") return "notice";
  return speaking.kind !== "scripted" && message.spoken.model === null ? "scripted" : null;
}

/** Milliseconds as people say them. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** How long ago, in one short word. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 45) return "now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return new Date(at).toISOString().slice(0, 10);
}

/** An amount in US dollars, with as many digits as it takes to see it. */
export function dollars(usd: number): string {
  return usd === 0 ? "$0" : `$${usd < 0.01 ? usd.toFixed(6) : usd.toFixed(4)}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
