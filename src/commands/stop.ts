// Stop and resume: whether personas talk here among themselves.
import type { Asked, Command } from "./asked.ts";
import { changerOf, needRoom, plain, shape, somewhere } from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { channelScope } from "../domain/ids.ts";
import { english } from "./words-en.ts";

async function stop(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { say } = asked.words;
  const { channel } = invocation.place;
  const isNew = await house.store.registry.stop(channel, changerOf(asked), house.clock.now());
  const { at } = somewhere(asked, channelScope(channel));
  if (!isNew) return textAnswer("private", say.stoppedAlready(at));
  return textAnswer("public", say.stopped(plain(invocation.by.name), at));
}

async function resume(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { say } = asked.words;
  const { channel, parent } = invocation.place;
  const { registry } = house.store;
  const isNew = await registry.resume(channel, changerOf(asked), house.clock.now());
  const around = parent === null ? null : await registry.place(parent);
  if ((around?.stoppedAt ?? null) !== null) {
    return textAnswer("private", say.stoppedAround);
  }
  const { at } = somewhere(asked, channelScope(channel));
  if (!isNew) return textAnswer("private", say.nothingStopped(at));
  return textAnswer("public", say.resumed(plain(invocation.by.name), at));
}

export const stopCommands: readonly Command[] = [
  {
    shape: shape(["stop"], english.summaries.stop, { answer: "public" }),
    offered: "by-name",
    answersWith: "text",
    run: stop,
  },
  {
    shape: shape(["resume"], english.summaries.resume, { answer: "public", right: "channel" }),
    offered: "by-name",
    answersWith: "text",
    run: async (asked) => {
      await needRoom(asked);
      return resume(asked);
    },
  },
];
