// Scenes from the chat: started, paused, resumed, stopped, looked at and changed.
import type { PersonaId } from "../domain/ids.ts";
import type { SceneDraft, SceneOptionName, SceneSaid } from "../domain/scene-options.ts";
import { blankScene, draftOf, NONE, readSceneDraft, SCENE_OPTION_NAMES } from "../domain/scene-options.ts";
import { isPlaying } from "../domain/scene.ts";
import { SCENE_STRATEGIES } from "../domain/strategy.ts";
import type { Played, SceneDesk, Start } from "../engine/scene-desk.ts";
import type { SceneEntry } from "../store/scene-book.ts";
import type { Asked, Command } from "./asked.ts";
import { button, changerOf, keyOf, optionIn, personaNamed, plain, shape, wrong } from "./asked.ts";
import type { Answer, Option, TextAnswer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { hinderedSaid, planSaid, sceneLine } from "./scene-said.ts";
import { english } from "./words-en.ts";

/** What an option of a scene is called in commands: `setting` is the word for the settings of a place there. */
const OPTION_OF: Readonly<Record<SceneOptionName, string>> = {
  name: "name",
  setting: "place",
  tone: "tone",
  rules: "rules",
  strategy: "strategy",
  pace: "pace",
  posts: "posts",
  replies: "replies",
  hours: "hours",
  end: "end",
};

// Enough to see what is meant; suggestions show the rest.
const EXAMPLES_MAX = 6;

function saidIn(asked: Asked): SceneSaid {
  return Object.fromEntries(
    SCENE_OPTION_NAMES.flatMap((name) => {
      const said = optionIn(asked, OPTION_OF[name]);
      return said === null ? [] : [[name, said]];
    }),
  );
}

/** What the command says of a scene over what holds `before`. Throws at the first mistake. */
async function draftIn(asked: Asked, before: SceneDraft): Promise<SceneDraft> {
  const read = readSceneDraft(saidIn(asked), before, asked.house.clock.now());
  if (read.kind === "wrong") {
    throw wrong(asked, OPTION_OF[read.option], asked.words.say.sceneExpected[read.option], read.got);
  }
  const cast = await castIn(asked);
  return cast === null ? read.draft : { ...read.draft, cast };
}

/** Who is to play, by names with commas between them, or `none` for everyone who lives here; null: nothing was said of it. */
async function castIn(asked: Asked): Promise<readonly PersonaId[] | null> {
  const said = optionIn(asked, "cast");
  if (said === null) return null;
  if (keyOf(said) === NONE) return [];
  const { cast } = await asked.house.rooms.at(asked.invocation.place);
  const names = said.split(/[,;，、]/u).filter((name) => name.trim() !== "");
  const ids = names.map((name) => {
    const member = personaNamed(cast, name.trim());
    if (member !== undefined) return member.persona.id;
    const known = cast.slice(0, EXAMPLES_MAX).map(({ persona }) => persona.name);
    throw wrong(asked, "cast", asked.words.say.aPlayer(known), name.trim());
  });
  return [...new Set(ids)];
}

/** The scene that the option names, or the one that plays here, else the one that began last. Null: there was none here yet. Throws where the option names none. */
async function sceneIn(asked: Asked, desk: SceneDesk): Promise<SceneEntry | null> {
  const here = await scenesHere(asked, desk);
  const said = optionIn(asked, "scene");
  if (said === null) return here.find(({ scene }) => isPlaying(scene.state)) ?? here.at(-1) ?? null;
  const found = here.findLast(({ scene: { plan } }) => plan.id === said || keyOf(plan.name) === keyOf(said));
  if (found !== undefined) return found;
  const names = here.slice(-EXAMPLES_MAX).map(({ scene }) => scene.plan.name);
  throw wrong(asked, "scene", here.length === 0 ? asked.words.say.noScene : asked.words.say.aScene(names), said);
}

function scenesHere({ invocation }: Asked, desk: SceneDesk): Promise<readonly SceneEntry[]> {
  return desk.list({ kind: "channel", channel: invocation.place.channel });
}

async function start(asked: Asked, desk: SceneDesk): Promise<Answer> {
  const { invocation, words } = asked;
  const { say, choices } = words;
  const draft = await draftIn(asked, { ...blankScene, name: optionIn(asked, "name") ?? "" });
  const wish: Start = {
    place: invocation.place,
    draft,
    by: { ...changerOf(asked), locale: invocation.by.locale },
    // What was shown before and the button below it are one wish.
    key: optionIn(asked, "wish") ?? invocation.id,
    meanwhile: optionIn(asked, "instead") === "on" ? "pauses" : "stays",
  };
  const preview = await desk.preview(wish);
  if (preview.kind !== "plan") return textAnswer("private", hinderedSaid(asked, preview));
  const name = plain(draft.name);
  const told = [...planSaid(asked, preview.plan), "", preview.forecast];
  const options = { ...invocation.options, wish: wish.key };
  if (optionIn(asked, "wish") === null) {
    const go = button(choices.startScene, ["scene", "start"], options, "main");
    return { ...textAnswer("private", [say.sceneWould(name), ...told].join("\n")), buttons: [go] };
  }
  const played = await desk.start(wish);
  if (played.kind === "busy") {
    const instead = button(choices.startInstead, ["scene", "start"], { ...options, instead: "on" });
    return { ...textAnswer("private", hinderedSaid(asked, played)), buttons: [instead] };
  }
  if (played.kind !== "plays") return textAnswer("private", hinderedSaid(asked, played));
  const head = say.sceneStarts(name, plain(invocation.by.name));
  return textAnswer("public", [head, ...planSaid(asked, played.scene.plan)].join("\n"));
}

async function halt(asked: Asked, desk: SceneDesk, how: "pause" | "stop"): Promise<Answer> {
  const { say } = asked.words;
  const entry = await sceneIn(asked, desk);
  if (entry === null) return textAnswer("private", say.noScene);
  const { plan, state } = entry.scene;
  const name = plain(plan.name);
  if (state.kind === "finished") return textAnswer("private", say.sceneHasEnded(name));
  if (state.kind === "paused" && how === "pause") return textAnswer("private", say.scenePausedAlready(name));
  const halted = await desk.halt(plan.id, how, changerOf(asked));
  if (halted === null) return textAnswer("private", say.sceneGone);
  const by = plain(asked.invocation.by.name);
  return textAnswer("public", how === "pause" ? say.scenePaused(name, by) : say.sceneEnds(name, by));
}

async function resume(asked: Asked, desk: SceneDesk): Promise<Answer> {
  const { invocation, words } = asked;
  const { say, choices } = words;
  const entry = await sceneIn(asked, desk);
  if (entry === null) return textAnswer("private", say.noScene);
  const { plan, state } = entry.scene;
  const name = plain(plan.name);
  if (state.kind === "running") return textAnswer("private", say.scenePlaysAlready(name));
  const meanwhile = optionIn(asked, "instead") === "on" ? "pauses" : "stays";
  const played: Played = await desk.resume(entry, meanwhile, changerOf(asked));
  if (played.kind === "busy") {
    const options = { scene: plan.id, instead: "on" };
    const instead = button(choices.resumeInstead, ["scene", "resume"], options);
    return { ...textAnswer("private", hinderedSaid(asked, played)), buttons: [instead] };
  }
  if (played.kind !== "plays") return textAnswer("private", hinderedSaid(asked, played));
  return textAnswer("public", say.sceneGoesOn(name, plain(invocation.by.name)));
}

async function status(asked: Asked, desk: SceneDesk): Promise<Answer> {
  const entry = await sceneIn(asked, desk);
  if (entry === null) return textAnswer("private", asked.words.say.noScene);
  const { scene } = entry;
  return textAnswer("private", [sceneLine(asked, scene), ...planSaid(asked, scene.plan)].join("\n"));
}

async function set(asked: Asked, desk: SceneDesk): Promise<Answer> {
  const { say } = asked.words;
  const entry = await sceneIn(asked, desk);
  if (entry === null) return textAnswer("private", say.noScene);
  if (Object.keys(saidIn(asked)).length === 0 && optionIn(asked, "cast") === null) {
    throw wrong(asked, null, say.aChange, undefined);
  }
  const draft = await draftIn(asked, draftOf(entry.scene.plan));
  const played = await desk.set(entry, draft, changerOf(asked));
  if (played.kind !== "plays") return textAnswer("private", hinderedSaid(asked, played));
  const { plan } = played.scene;
  return textAnswer("private", [say.sceneSet(plain(plan.name)), ...planSaid(asked, plan)].join("\n"));
}

async function list(asked: Asked, desk: SceneDesk): Promise<TextAnswer> {
  const { invocation, words } = asked;
  const { workspace, channel } = invocation.place;
  const here = await scenesHere(asked, desk);
  const all = workspace === null ? here : await desk.list({ kind: "workspace", workspace });
  const elsewhere = all.filter(({ place, scene }) => place.channel !== channel && isPlaying(scene.state));
  if (here.length + elsewhere.length === 0) return textAnswer("private", words.say.noScene);
  const lines = (head: string, entries: readonly SceneEntry[]): readonly string[] =>
    entries.length === 0 ? [] : [head, ...entries.map(({ scene }) => `- ${sceneLine(asked, scene)}`)];
  const there = words.say.scenesElsewhere(invocation.workspaceWord);
  return textAnswer("private", [...lines(words.say.scenesHere, here), ...lines(there, elsewhere)].join("\n"));
}

const { options, summaries, choices } = english;

function option(name: string, summary: string, kind: Option["kind"]): Option {
  return { name, summary, kind, isRequired: false, choices: [] };
}

const STRATEGY: Option = {
  ...option("strategy", options.sceneStrategy, "choice"),
  choices: SCENE_STRATEGIES.map((value) => ({ name: choices[value], value })),
};
const PLAN: readonly Option[] = [
  option("place", options.place, "text"),
  option("tone", options.tone, "text"),
  option("rules", options.rules, "text"),
  option("cast", options.cast, "personas"),
  STRATEGY,
  option("pace", options.pace, "text"),
  option("posts", options.posts, "text"),
  option("replies", options.replies, "text"),
  option("hours", options.hours, "text"),
  option("end", options.end, "text"),
];
const NAME = option("name", options.sceneName, "text");
const WHICH = option("scene", options.whichScene, "scene");
const INSTEAD = option("instead", options.instead, "switch");

/** The commands of scenes. */
export function sceneCommands(desk: SceneDesk): readonly Command[] {
  const command = (
    name: "start" | "pause" | "resume" | "stop" | "status" | "set" | "list",
    more: Parameters<typeof shape>[2],
    run: (asked: Asked, desk: SceneDesk) => Promise<Answer>,
  ): Command => ({
    offered: "by-name",
    answersWith: "text",
    shape: shape(["scene", name], summaries[`scene ${name}`], more),
    run: (asked) => run(asked, desk),
  });
  const loud = { right: "channel", answer: "public" } as const;
  const startOptions = [{ ...NAME, isRequired: true }, ...PLAN, INSTEAD];
  return [
    command("start", { right: "channel", options: startOptions }, start),
    command("pause", { ...loud, options: [WHICH] }, (asked) => halt(asked, desk, "pause")),
    command("resume", { ...loud, options: [WHICH, INSTEAD] }, resume),
    command("stop", { ...loud, options: [WHICH] }, (asked) => halt(asked, desk, "stop")),
    command("status", { options: [WHICH] }, status),
    command("set", { right: "channel", options: [WHICH, NAME, ...PLAN] }, set),
    command("list", {}, list),
  ];
}
