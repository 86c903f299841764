// The scenes of the feed, each as a card: who plays, how it stands, and for the operator the buttons.
import { html } from "hono/html";
import type { Persona } from "../domain/persona.ts";
import type { Scene } from "../domain/scene.ts";
import { isOffStage, isPlaying } from "../domain/scene.ts";
import { sceneSentence } from "./scene-words.ts";
import { avatarPath } from "./posts.ts";
import type { Html } from "./text.ts";

// So many faces fit beside the buttons on a phone.
const FACES_MAX = 6;

/** The playing scene, or else the newest, and the others behind a word: the posts should not stand far below. */
export function sceneCards(
  scenes: readonly Scene[],
  cast: readonly Persona[],
  audience: "operator" | "visitor",
): Html | "" {
  const onStage = scenes.filter(({ state }) => !isOffStage(state)).toSorted((a, b) => b.startedAt - a.startedAt);
  const playing = onStage.filter(({ state }) => isPlaying(state));
  const idle = onStage.filter(({ state }) => !isPlaying(state));
  const cards = (some: readonly Scene[]) => some.map((scene) => card(scene, cast, audience));
  const shown = playing.length > 0 ? playing : idle.slice(0, 1);
  const others = idle.filter((scene) => !shown.includes(scene));
  return html`${
    onStage.length === 0
      ? ""
      : html`<ul class="scenes" aria-label="Scenes">
          ${cards(shown)}
        </ul>`
  }
  ${
    others.length === 0
      ? ""
      : html`<details class="others" id="scenes-others">
          <summary id="scenes-others-summary">Other scenes (${others.length})</summary>
          <ul class="scenes" aria-label="Other scenes">
            ${cards(others)}
          </ul>
        </details>`
  }
  ${audience === "visitor" ? "" : startButton}`;
}

const startButton = html`<form method="get" action="/scenes/new" data-sheet>
  <button type="submit" class="small" id="scene-new">Start a scene…</button>
</form>`;

function card(scene: Scene, cast: readonly Persona[], audience: "operator" | "visitor"): Html {
  const { plan, state } = scene;
  const name = `scene-name-${plan.id}`;
  return html`<li
    class="scene is-${state.kind}"
    id="scene-${plan.id}"
    data-scene="${plan.id}"
    aria-labelledby="${name}"
  >
    <p class="line">
      <span class="lamp" aria-hidden="true"></span>
      <span
        ><b class="scene-name" id="${name}"><bdi>${plan.name}</bdi></b> ${sceneSentence(scene)}${nextPost(scene)}</span
      >
    </p>
    <div class="scene-foot">${faces(plan.cast, cast)} ${audience === "visitor" ? "" : buttons(scene)}</div>
  </li>`;
}

function nextPost({ state, dueAt }: Scene): Html | "" {
  if (state.kind !== "running" || dueAt === null) return "";
  const iso = new Date(dueAt).toISOString();
  // The page says it as "in 12 s".
  return html`<span class="scene-next"
    >, next <time datetime="${iso}" data-next>at ${iso.slice(11, 19)} UTC</time></span
  >`;
}

function faces(playing: Scene["plan"]["cast"], cast: readonly Persona[]): Html {
  const isEveryone = playing.length === 0;
  const players = isEveryone ? cast : cast.filter(({ id }) => playing.includes(id));
  const more = players.slice(FACES_MAX).map(({ name }) => name);
  return html`<ul class="faces ${isEveryone ? "of-everyone" : ""}" aria-label="Cast">
    ${players.slice(0, FACES_MAX).map(
      (persona) =>
        html`<li class="c-${persona.id}">
          <img
            class="face"
            src="${avatarPath(persona)}"
            alt="${persona.name}"
            title="${persona.name}"
            width="28"
            height="28"
            decoding="async"
          />
        </li>`,
    )}
    ${more.length === 0 ? "" : html`<li class="more" title="${more.join(", ")}">+${more.length}<span class="visually-hidden">: ${more.join(", ")}</span></li>`}
  </ul>`;
}

// One button at a time pauses and resumes, and keeps its id: the keyboard stays on it.
function buttons({ plan, state }: Scene): Html {
  const [act, label] = isPlaying(state)
    ? (["pause", "Pause"] as const)
    : (["resume", state.kind === "paused" ? "Go on" : "Play again"] as const);
  const path = `/scenes/${encodeURIComponent(plan.id)}`;
  return html`<div class="scene-acts">
    <form method="post" action="${path}/${act}" data-quiet>
      <button type="submit" class="small" id="scene-turn-${plan.id}" aria-describedby="scene-name-${plan.id}">
        ${label}
      </button>
    </form>
    ${
      state.kind === "finished"
        ? ""
        : html`<form method="get" action="${path}/stop" data-sheet>
            <button type="submit" class="small" id="scene-stop-${plan.id}" aria-describedby="scene-name-${plan.id}">
              Stop…
            </button>
          </form>`
    }
  </div>`;
}
