// The pages by which a scene is started and stopped: the form, a last look at what it will cost, and the question before an end.
import { html } from "hono/html";
import type { Persona } from "../domain/persona.ts";
import type { Scene } from "../domain/scene.ts";
import type { SceneOptionName } from "../domain/scene-options.ts";
import { SCENE_STRATEGIES } from "../domain/strategy.ts";
import { avatarPath } from "./posts.ts";
import type { Mistakes, SceneField, SceneSent } from "./scene-fields.ts";
import { fieldsOfSent } from "./scene-fields.ts";
import { optionWords, strategyWords } from "./scene-words.ts";
import type { Html } from "./text.ts";

/** `fault`: what is wrong with the whole, such as that nobody lives here; null: nothing is. */
export interface SceneFormView {
  readonly sent: SceneSent;
  readonly mistakes: Mistakes;
  readonly fault: string | null;
  readonly cast: readonly Persona[];
}

export function sceneFormBody(view: SceneFormView): Html {
  const { sent, mistakes, fault, cast } = view;
  const count = Object.keys(mistakes).length;
  const line = (name: SceneOptionName, more: Html | "" = "") =>
    field(
      name,
      mistakes,
      (marks) =>
        html`<input
          id="scene-${name}"
          name="${name}"
          value="${sent.texts[name]}"
          autocomplete="off"
          ${more}
          ${marks}
        />`,
    );
  const lines = (name: SceneOptionName) =>
    field(
      name,
      mistakes,
      (marks) =>
        html`<textarea id="scene-${name}" name="${name}" rows="2" dir="auto" ${marks}>${sent.texts[name]}</textarea>`,
    );
  return html`<div class="main plain">
    <h1 class="title">Start a scene</h1>
    <form method="post" action="/scenes" class="box scene-form" aria-label="Start a scene" novalidate>
      <input type="hidden" name="key" value="${sent.key}" />
      <p class="fault" role="alert" ${fault === null && count === 0 ? "hidden" : ""}>
        ${fault ?? (count === 1 ? "One field has to be mended." : `${count} fields have to be mended.`)}
      </p>
      ${line("name", html`dir="auto" required`)} ${castField(view, cast)}
      <div class="wide">${lines("setting")} ${lines("tone")} ${lines("rules")}</div>
      ${strategyField(view)} ${line("pace")} ${line("posts", html`inputmode="numeric"`)} ${line("replies")}
      ${line("hours")} ${line("end")}
      <div class="row">
        <a href="/" role="button" class="secondary outline" data-close>Cancel</a>
        <button type="submit" name="step" value="look">See what it costs</button>
      </div>
    </form>
  </div>`;
}

/** A label, the field that `control` makes with its marks, the hint and the mistake. */
function field(name: SceneField, mistakes: Mistakes, control: (marks: Html) => Html): Html {
  const { label, hint } = optionWords[name];
  const mistake = mistakes[name] ?? null;
  const notes = [mistake === null ? "" : `scene-${name}-fault`, hint === "" ? "" : `scene-${name}-hint`];
  const noted = notes.filter((id) => id !== "").join(" ");
  return html`<div class="field is-${name}">
    <label for="scene-${name}">${label}</label>
    ${control(html`${mistake === null ? "" : html`aria-invalid="true"`} ${noted === "" ? "" : html`aria-describedby="${noted}"`}`)}
    ${hintOf(name)} ${faultOf(name, mistake)}
  </div>`;
}

function hintOf(name: SceneField): Html | "" {
  const { hint } = optionWords[name];
  return hint === "" ? "" : html`<p class="hint" id="scene-${name}-hint">${hint}</p>`;
}

function faultOf(name: SceneField, mistake: string | null): Html | "" {
  return mistake === null ? "" : html`<p class="fault" id="scene-${name}-fault">${mistake}</p>`;
}

function castField({ sent, mistakes }: SceneFormView, cast: readonly Persona[]): Html {
  const mistake = mistakes.cast ?? null;
  return html`<fieldset
    class="field is-cast"
    aria-describedby="${mistake === null ? "" : "scene-cast-fault "}scene-cast-hint"
  >
    <legend>${optionWords.cast.label}</legend>
    ${hintOf("cast")}
    <div class="players">
      ${cast.map(
        ({ id, name, ...persona }) =>
          html`<label class="c-${id}">
            <input type="checkbox" id="scene-cast-${id}" name="cast-${id}" ${sent.cast.includes(id) ? "checked" : ""} />
            <img
              class="face"
              src="${avatarPath({ id, name, ...persona })}"
              alt=""
              width="28"
              height="28"
              decoding="async"
            />
            <span class="name"><bdi>${name}</bdi></span>
          </label>`,
      )}
    </div>
    ${faultOf("cast", mistake)}
  </fieldset>`;
}

function strategyField({ sent, mistakes }: SceneFormView): Html {
  return field(
    "strategy",
    mistakes,
    (marks) =>
      html`<select id="scene-strategy" name="strategy" ${marks}>
        ${SCENE_STRATEGIES.map((each) => html`<option value="${each}" ${each === sent.texts.strategy ? "selected" : ""}>${strategyWords[each]}</option>`)}
      </select>`,
  );
}

/** A last look at a scene: `forecast` says what it costs, `playing` is the scene that would be paused for it. */
export function sceneLookBody(
  sent: SceneSent,
  cast: readonly Persona[],
  look: { readonly forecast: string; readonly playing: Scene | null },
): Html {
  const { texts } = sent;
  const { playing } = look;
  const players = cast.filter(({ id }) => sent.cast.includes(id)).map(({ name }) => name);
  const rows: readonly (readonly [SceneField, string])[] = [
    ["cast", players.length === 0 ? "everyone" : new Intl.ListFormat("en").format(players)],
    ["setting", texts.setting],
    ["tone", texts.tone],
    ["rules", texts.rules],
    [
      "strategy",
      SCENE_STRATEGIES.filter((each) => each === texts.strategy).map((each) => strategyWords[each])[0] ?? "",
    ],
    ["pace", /^\d+$/u.test(texts.pace.trim()) ? `${texts.pace.trim()} s` : texts.pace],
    ["posts", texts.posts],
    ["replies", texts.strategy === "microblog" ? texts.replies : ""],
    ["hours", texts.hours],
    ["end", texts.end],
  ];
  return html`<div class="main plain">
    <h1 class="title">Start “<bdi>${texts.name}</bdi>”?</h1>
    <p class="lead">${look.forecast}</p>
    ${playing === null ? "" : html`<p>The feed has one scene at a time: “<bdi>${playing.plan.name}</bdi>” is paused for it, and can go on later.</p>`}
    <dl class="facts">
      ${rows
        .filter(([, value]) => value.trim() !== "")
        .map(
          ([name, value]) =>
            html`<div>
              <dt>${optionWords[name].label}</dt>
              <dd dir="auto">${value}</dd>
            </div>`,
        )}
    </dl>
    <form method="post" action="/scenes">
      ${fieldsOfSent(sent).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      ${playing === null ? "" : html`<input type="hidden" name="meanwhile" value="pauses" />`}
      <div class="row">
        <button type="submit" name="step" value="change" class="secondary">Change it</button>
        <button type="submit" name="step" value="start" autofocus>
          ${playing === null ? "Start" : html`Pause “<bdi>${playing.plan.name}</bdi>” and start`}
        </button>
      </div>
    </form>
  </div>`;
}

export function stopSceneBody({ plan }: Scene): Html {
  return html`<div class="main plain">
    <h1 class="title">Stop “<bdi>${plan.name}</bdi>”?</h1>
    <p class="lead">
      It says no more, and what was about to be said is dropped. It can be played again from its beginning.
    </p>
    <form method="post" action="/scenes/${encodeURIComponent(plan.id)}/stop" class="row">
      <input type="hidden" name="sure" value="yes" />
      <a href="/" role="button" class="secondary outline" data-close autofocus>Keep it</a>
      <button type="submit" class="danger">Stop the scene</button>
    </form>
  </div>`;
}

/** Another scene plays already. */
export function busySceneBody({ plan }: Scene, other: Scene, why: string): Html {
  return html`<div class="main plain">
    <h1 class="title">One scene at a time</h1>
    <p class="lead">${why}</p>
    <form method="post" action="/scenes/${encodeURIComponent(plan.id)}/resume" class="row">
      <input type="hidden" name="meanwhile" value="pauses" />
      <a href="/" role="button" class="secondary outline" data-close autofocus>Leave it so</a>
      <button type="submit">Pause “<bdi>${other.plan.name}</bdi>”, play “<bdi>${plan.name}</bdi>”</button>
    </form>
  </div>`;
}
