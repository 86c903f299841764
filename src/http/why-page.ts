// The pages that tell why: of a turn, and of a message with everybody who stayed silent.
import { html } from "hono/html";
import { messageId, personaId, postId, platformOf } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Attempt, Trace, Usage } from "../domain/trace.ts";
import type { Decision, Silence } from "../domain/turn.ts";
import type { DecisionRecord, TurnRecord } from "../store/store.ts";
import { handlesOf, itemsOf } from "./feed-page.ts";
import type { WebHouse } from "./house.ts";
import type { Html } from "./text.ts";
import {
  attemptSentence,
  dollars,
  duration,
  outcomeSentence,
  partWords,
  reasonSentence,
  silenceSentence,
} from "./words.ts";

/** What a turn cost in all. `costUsd` is null when a price is unknown. */
export interface Cost {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly costUsd: number | null;
}

export function costOf(trace: Trace): Cost {
  const used = trace.attempts.map((attempt) => attempt.usage).filter((usage): usage is Usage => usage !== null);
  const isPriced = used.every((usage) => usage.costUsd !== null);
  return {
    tokensIn: used.reduce((sum, usage) => sum + usage.tokensIn, 0),
    tokensOut: used.reduce((sum, usage) => sum + usage.tokensOut, 0),
    costUsd: isPriced ? used.reduce((sum, usage) => sum + (usage.costUsd ?? 0), 0) : null,
  };
}

/** A turn for programs: the record itself, the reason in words, what it cost, and the posts that came of it. */
export async function turnJson(house: WebHouse, { turn, trace }: TurnRecord): Promise<object> {
  return {
    turn,
    why: reasonSentence(turn, nameOf(house, turn.persona)),
    ended: outcomeSentence(turn),
    trace,
    ms: trace === null ? null : trace.endedAt - trace.startedAt,
    cost: trace === null ? null : costOf(trace),
    posts: (await saidIn(house, { turn, trace })).map((message) => message.id),
  };
}

/** A decision for programs, with each silence in words too. */
export function decisionJson(house: WebHouse, { decision, at }: DecisionRecord): object {
  return {
    trigger: decision.trigger,
    at,
    turns: decision.turns.map((turn) => ({ ...turn, why: reasonSentence(turn, nameOf(house, turn.persona)) })),
    silences: decision.silences.map((silence) => ({ ...silence, why: silenceWords(house, decision, silence) })),
  };
}

export async function turnBody(house: WebHouse, record: TurnRecord): Promise<Html> {
  const { turn, trace } = record;
  const name = nameOf(house, turn.persona);
  const trigger = turn.replyTo === null ? null : await house.store.message(turn.replyTo);
  const around = [...(trigger === null ? [] : [trigger]), ...(await saidIn(house, record))];
  return html`<div class="main plain">
    <h1 class="title">Why did ${name} speak?</h1>
    <p class="lead">${reasonSentence(turn, name)}</p>
    <p>${outcomeSentence(turn)} ${turn.unasked ? "No person asked for it, so it counts against the brakes." : ""}</p>
    <ol class="posts" aria-label="What it answered, and what was said">
      ${await itemsOf(house, around)}
    </ol>
    ${trace === null ? html`<p>What was in its context is not kept any more, or not known yet: traces are kept for 7 days.</p>` : traceSections(trace)}
    <p class="links">
      <a href="/decisions/${encodeURIComponent(turn.trigger)}">Who else could have spoken, and why not?</a>
      <a href="/api/turns/${turn.id}">The same as JSON</a>
    </p>
  </div>`;
}

export async function decisionBody(house: WebHouse, record: DecisionRecord, message: Message | null): Promise<Html> {
  const { decision } = record;
  return html`<div class="main plain">
    <h1 class="title">Who answers, and who does not?</h1>
    ${
      message === null
        ? html`<p>This was the scene’s own beat, not a message.</p>`
        : html`<ol class="posts">
            ${await itemsOf(house, [message])}
          </ol>`
    }
    <ul class="reasons">
      ${decision.turns.map((turn) => html`<li>${reasonSentence(turn, nameOf(house, turn.persona))} <a href="/turns/${turn.id}">More on this turn</a></li>`)}
      ${decision.silences.map((silence) => html`<li class="silent">${silenceWords(house, decision, silence)}</li>`)}
    </ul>
    <p class="links"><a href="/api/decisions/${encodeURIComponent(decision.trigger)}">The same as JSON</a></p>
  </div>`;
}

function traceSections(trace: Trace): Html {
  const cost = costOf(trace);
  return html` <h2>Who was asked</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Solvers tried">
      <table class="attempts">
        <thead>
          <tr>
            <th scope="col">Solver</th>
            <th scope="col">Model</th>
            <th scope="col">Result</th>
            <th scope="col">Time</th>
            <th scope="col">Tokens</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          ${trace.attempts.map(attemptRow)}
        </tbody>
      </table>
    </div>
    <p>
      In all ${duration(trace.endedAt - trace.startedAt)}, ${cost.tokensIn} tokens in, ${cost.tokensOut} tokens out,
      ${cost.costUsd === null ? "at an unknown price" : dollars(cost.costUsd)}.
    </p>
    <h2>What was in the context</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Parts of the context">
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Tokens</th>
            <th scope="col">Items</th>
            <th scope="col">Left out</th>
          </tr>
        </thead>
        <tbody>
          ${trace.parts.map(
            (part) =>
              html`<tr>
                <th scope="row">${partWords[part.name]}</th>
                <td>${part.tokens}</td>
                <td>${part.items}</td>
                <td>${part.dropped}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p>
      ${trace.tokenBudget} tokens may be used. What does not fit is left out in this order:
      ${trace.dropOrder.join(", ")}.
    </p>
    <h2>The exact messages</h2>
    <p>
      ${trace.attempts.some((attempt) => attempt.model !== null) ? "As a model was sent them." : "As a model would be sent them; a script answered."}
    </p>
    ${trace.messages.map(
      (message) =>
        html`<figure class="prompt">
          <figcaption>${message.role}</figcaption>
          <pre dir="auto" tabindex="0">${message.content}</pre>
        </figure>`,
    )}`;
}

function attemptRow(attempt: Attempt): Html {
  const { usage } = attempt;
  const tokens =
    usage === null ? "–" : `${usage.tokensIn} + ${usage.tokensOut}${usage.estimated ? " (estimated)" : ""}`;
  const cost = usage === null ? "–" : usage.costUsd === null ? "unknown" : dollars(usage.costUsd);
  return html`<tr>
    <th scope="row" data-label="Solver">${attempt.solver}</th>
    <td data-label="Model">${attempt.model ?? "none"}</td>
    <td data-label="Result">
      <span>${attemptSentence(attempt)}${attempt.matched === "" ? "" : html` <code>${attempt.matched}</code>`}</span>
    </td>
    <td data-label="Time">${duration(attempt.ms)}</td>
    <td data-label="Tokens">${tokens}</td>
    <td data-label="Cost">${cost}</td>
  </tr>`;
}

// More parts than any reply has: a reply ends at 16,000 characters, a post of the feed holds 4,000.
const PARTS_MAX = 8;

async function saidIn(house: WebHouse, { turn }: TurnRecord): Promise<readonly Message[]> {
  const parts = Array.from({ length: PARTS_MAX }, (_, index) => postId(turn.id, index + 1));
  const found = await Promise.all(parts.map((part) => house.store.message(messageId(platformOf(turn.channel), part))));
  return found.filter((message): message is Message => message !== null);
}

function silenceWords(house: WebHouse, decision: Decision, silence: Silence): string {
  const others = decision.turns.length === 0 ? "Everybody" : "Everybody else";
  const who = silence.persona === null ? others : nameOf(house, silence.persona);
  return silenceSentence(silence.reason, who, (id) => nameOf(house, id));
}

function nameOf(house: WebHouse, handle: string): string {
  return handlesOf(house)(handle) ? (house.personas.get(personaId(handle))?.persona.name ?? handle) : handle;
}
