// The strips above the posts: what is speaking, how the scene goes, and who is in the cast.
import { html } from "hono/html";
import type { Persona } from "../domain/persona.ts";
import { colourSheet } from "./colours.ts";
import type { WebHouse } from "./house.ts";
import { portrait } from "./posts.ts";
import { sceneCards } from "./scene-cards.ts";
import { isUsedUp, usedUpSentence } from "./spend.ts";
import type { Html } from "./text.ts";
import { shortened } from "./text.ts";
import { speakingSentence } from "./words.ts";
import { hash } from "node:crypto";

// Four lines beside the posts at most: room for a sentence or two.
const LINE_CHARS_MAX = 160;

/** Everyone whose file could be read. */
export function castOf(house: WebHouse): readonly Persona[] {
  return house.personas.all().map((member) => member.persona);
}

/** The address of the cast's colours, with a digest of them. */
export function coloursPath(cast: readonly Persona[]): string {
  return `/colours.css?v=${hash("sha1", colourSheet(cast)).slice(0, 12)}`;
}

/** The state of the house: one line on what speaks, for the operator one on mistakes in files, and the scenes. */
export async function houseStrip(house: WebHouse, audience: "operator" | "visitor"): Promise<Html> {
  const scenes = await house.store.scenes(house.feed.channel);
  const complaints = house.personas.complaints().length;
  return html`${await speakingLine(house)}
  ${audience === "operator" && complaints > 0 ? complaintsLine(complaints) : ""}
  ${await sceneCards(house, scenes, audience)}`;
}

async function speakingLine({ running, store, settings, clock }: WebHouse): Promise<Html> {
  const speaking = running.speaking();
  // Whatever is known of a model, none is asked now.
  const isSpent = speaking.kind !== "scripted" && isUsedUp(await store.spent(clock.now()), settings.spend);
  return html`<p class="line speaking is-${isSpent ? "scripted" : speaking.kind}">
    <span class="lamp" aria-hidden="true"></span>
    <span
      ><span class="visually-hidden">Speaking: </span>${
        isSpent ? usedUpSentence(settings.spend) : speakingSentence(speaking)
      }</span
    >
  </p>`;
}

function complaintsLine(count: number): Html {
  return html`<p class="line is-complaint">
    <span class="lamp" aria-hidden="true"></span>
    <a href="/admin#files">${count === 1 ? "1 mistake" : `${count} mistakes`} in persona files</a>
  </p>`;
}

/** The cast, each with a face and one line; a name opens the box with a mention. */
export function castStrip(cast: readonly Persona[]): Html {
  return html`<ul class="cast" data-colours="${coloursPath(cast)}">
    ${cast.map(
      (persona) =>
        html`<li class="c-${persona.id}">
          <a href="/?to=${persona.id}#say" data-mention="${persona.id}" title="Mention ${persona.name}">
            ${portrait(persona)}
            <span class="who"
              ><span class="name"><bdi>${persona.name}</bdi></span> <span class="handle">@${persona.id}</span></span
            >
            ${lineOf(persona)}
          </a>
        </li>`,
    )}
  </ul>`;
}

// A world's user is described by a whole background, secrets and all: that is for the prompt, not for visitors.
function lineOf({ description, world }: Persona): Html | "" {
  if (description === "" || world?.form === "microblog") return "";
  return html`<span class="line-of">${shortened(description, LINE_CHARS_MAX)}</span>`;
}
