// Stop and resume: whether personas talk here among themselves.
import type { Asked, Command } from "./asked.ts";
import { changerOf, needRoom, plain, scopeName, shape } from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { channelScope } from "../domain/ids.ts";

async function stop(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { channel } = invocation.place;
  const isNew = await house.store.registry.stop(channel, changerOf(asked), house.clock.now());
  const here = scopeName(asked, channelScope(channel));
  if (!isNew) return textAnswer("private", `The talk in ${here} is stopped already; personas answer people only.`);
  const who = plain(invocation.by.name);
  const text = `${who} stopped the talk of personas in ${here}. They still answer people; /resume lets them talk again.`;
  return textAnswer("public", text);
}

async function resume(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { channel, parent } = invocation.place;
  const { registry } = house.store;
  const isNew = await registry.resume(channel, changerOf(asked), house.clock.now());
  const around = parent === null ? null : await registry.place(parent);
  if ((around?.stoppedAt ?? null) !== null) {
    return textAnswer(
      "private",
      "The talk is stopped in the whole channel of this thread: /resume there lets it go on.",
    );
  }
  const here = scopeName(asked, channelScope(channel));
  if (!isNew) return textAnswer("private", `Nothing is stopped in ${here}.`);
  return textAnswer("public", `${plain(invocation.by.name)} lets personas talk in ${here} again, as its settings say.`);
}

export const stopCommands: readonly Command[] = [
  {
    shape: shape(["stop"], "Personas here stop talking among themselves; they still answer people", {
      answer: "public",
    }),
    offered: "by-name",
    answersWith: "text",
    run: stop,
  },
  {
    shape: shape(["resume"], "Let personas here talk among themselves again", { answer: "public", right: "channel" }),
    offered: "by-name",
    answersWith: "text",
    run: async (asked) => {
      await needRoom(asked);
      return resume(asked);
    },
  },
];
