// What a model said, as a post: without trimmings, and in the form of a microblog.
import { expect, test } from "vitest";
import { cutAtWord, microblogText, POST_CHARS_MAX } from "../../src/engine/microblog-text.ts";
import { replyText } from "../../src/engine/reply-text.ts";
import { saidText } from "../../src/engine/said-text.ts";
import { makeMessage, makePersona } from "../people.ts";

const names = ["Ada", "ada"];
const asked = "Mira: How deep is the harbour today?";
const request = `{"current_user":"Ada","current_user_background":"A \\"keeper\\" of {light}","reply_to_user":"","reply_to_message":""}`;

const replies: readonly (readonly [what: string, said: string, left: string])[] = [
  ["plain words", "The fog is in.", "The fog is in."],
  ["spaces around", "  \n The fog is in. \n", "The fog is in."],
  ["its own name before it", "Ada: The fog is in.", "The fog is in."],
  ["its own name in stars", "**Ada:** The fog is in.", "The fog is in."],
  ["somebody else's name before it", "Bruno: The fog is in.", "Bruno: The fog is in."],
  ["a colon in the words", "One thing: the fog is in.", "One thing: the fog is in."],
  ["quotation marks around it", '"The fog is in."', "The fog is in."],
  ["curly ones", "“The fog is in.”", "The fog is in."],
  ["German ones", "„Der Nebel ist da.“", "Der Nebel ist da."],
  ["French ones", "« La brume est là. »", "La brume est là."],
  ["Japanese ones", "「霧が出た。」", "霧が出た。"],
  ["single ones, with an apostrophe inside", "'It's in, isn't it?'", "It's in, isn't it?"],
  ["marks within marks", '"“The fog is in.”"', "The fog is in."],
  ["a label within marks", '"Ada: The fog is in."', "The fog is in."],
  ["marks after a label", 'Ada: "The fog is in."', "The fog is in."],
  ["marks around two parts", '"Fog," she said, "is in."', '"Fog," she said, "is in."'],
  ["two titles", '"Fog" and "Rain"', '"Fog" and "Rain"'],
  ["an apostrophe first", "'Tis in, and that's that'", "Tis in, and that's that"],
  ["a plural's apostrophe", "'Tis the sailors' fog", "'Tis the sailors' fog"],
  ["a mark that never closes", '"The fog is in.', '"The fog is in.'],
  ["nothing but marks", '""', ""],
  ["one mark", '"', '"'],
  ["the prompt before it", `${asked}\nThe fog is in.`, "The fog is in."],
  ["the prompt before it, and its own label", `${asked}\n\nAda: "The fog is in."`, "The fog is in."],
  ["nothing but the prompt", asked, asked],
  ["the prompt within a sentence", `${asked} is what you ask.`, `${asked} is what you ask.`],
  ["the simulator's request before it", `${request}\n"The fog is in."`, "The fog is in."],
  ["nothing but the request", request, request],
  ["a request that never ends", '{"current_user":"Ada', '{"current_user":"Ada'],
  ["an object of its own", '{"fog":true}', '{"fog":true}'],
  ["marks of chat formats", "<|im_start|>The fog is in.<|im_end|>", "The fog is in."],
  ["an instruction's mark", "[/INST] The fog is in.</s>", "The fog is in."],
  ["a heading for a response", "### Response:\nThe fog is in.", "The fog is in."],
  ["a heading of its own", "### Fog\nIt is in.", "### Fog\nIt is in."],
  ["code", "`fog --in`", "`fog --in`"],
];

test.each(replies)("a reply with %s keeps its own words", (_what, said, left) => {
  expect(replyText(said, names, [asked, request])).toBe(left);
});

test("however deep trimmings are put around nothing, looking at them ends soon", () => {
  const deep = '"'.repeat(100_000);
  const started = performance.now();
  expect(replyText(deep, names, [deep]).length).toBeLessThanOrEqual(deep.length);
  replyText(`{"current_user"${"{".repeat(100_000)}`, names, []);
  microblogText("@Ada ".repeat(20_000), { own: names, to: "Bruno" });
  expect(performance.now() - started).toBeLessThan(2000);
});

const posts: readonly (readonly [what: string, said: string, to: string | null, post: string])[] = [
  ["a new post", "The fog is in.", null, "The fog is in."],
  ["a reply", "The fog is in.", "Bruno", "@Bruno The fog is in."],
  ["a reply that begins so already", "@Bruno the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["… in another case", "@BRUNO, the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["… without the sign", "Bruno, the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["… with a colon", "@Bruno: the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["… twice", "@Bruno @Bruno the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["its own name first", "@Ada the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["its own name first, in a new post", "@ada The fog is in.", null, "The fog is in."],
  ["both names, its own first", "@Ada @Bruno the fog is in.", "Bruno", "@Bruno the fog is in."],
  ["a name as part of the sentence", "Bruno is late again.", "Bruno", "@Bruno Bruno is late again."],
  ["its own name as part of the sentence", "Ada is my name.", null, "Ada is my name."],
  ["somebody else first", "@Cleo the fog is in.", "Bruno", "@Bruno @Cleo the fog is in."],
  ["a longer name that begins the same", "@Brunolda, the fog is in.", "Bruno", "@Bruno @Brunolda, the fog is in."],
  ["a name of two words", "Old Bill, the fog is in.", "Old Bill", "@Old Bill the fog is in."],
  ["a name on two lines", "The fog is in.", "Old\nBill", "@Old Bill The fog is in."],
  ["a name in Cyrillic", "@Бруно туман пришёл.", "Бруно", "@Бруно туман пришёл."],
  ["nothing but names", "@Ada @Bruno", "Bruno", ""],
  ["nothing", "", "Bruno", ""],
];

test.each(posts)("%s has the form of a microblog", (_what, said, to, post) => {
  expect(microblogText(said, { own: names, to })).toBe(post);
});

const cuts: readonly (readonly [what: string, text: string, cut: string])[] = [
  ["what fits", "one two three", "one two three"],
  ["a sentence", "one two three four five", "one two three…"],
  ["at a comma", "one two three, four five", "one two three…"],
  ["a word that just fits", "one two threefour", "one two…"],
  ["a word without end", "x".repeat(40), `${"x".repeat(15)}…`],
  ["a script without spaces", "霧が出てきたので港はもう見えないね", "霧が出てきたので港はもう見え…"],
  ["flags and families", "🇩🇪👨‍👩‍👧‍👦🇩🇪🇩🇪🇩🇪", "🇩🇪👨‍👩‍👧‍👦…"],
  ["half a sign", `${"y".repeat(14)}😀zzzz`, `${"y".repeat(14)}…`],
];

test.each(cuts)("%s is cut at a word, at most at sixteen characters here", (_what, text, cut) => {
  expect(cutAtWord(text, 16)).toBe(cut);
  expect(cutAtWord(text, 16).length).toBeLessThanOrEqual(16);
  expect(cutAtWord(text, 16).isWellFormed()).toBe(true);
});

test("no post of a microblog is longer than the longest, the name before it included", () => {
  for (const text of ["word ".repeat(200), "x".repeat(1000), "😀".repeat(400), "z̸͓̚".repeat(300)]) {
    for (const to of [null, "Bruno", "B".repeat(120)]) {
      const post = microblogText(text, { own: names, to });
      expect(post.length).toBeLessThanOrEqual(POST_CHARS_MAX);
      expect(post.isWellFormed()).toBe(true);
    }
  }
});

test("the form is that of the scene, or of the persona's own world; elsewhere a reply stays as it is", () => {
  const long = "word ".repeat(100).trim();
  const trigger = makeMessage("m1", "How deep?");
  const ada = makePersona("ada");
  const world = { name: "", setting: "", tone: "", rules: "", form: "microblog" } as const;
  const blogger = makePersona("ada", { world });
  const scene = { name: "Tea", world: null, style: "microblog" } as const;
  const prompt = [{ role: "user", content: "Mira: How deep?" }] as const;
  const quoted = `@Mira "${long}"`;
  expect(saidText(quoted, { member: { persona: ada }, trigger, scene: null, prompt })).toBe(quoted);
  for (const [persona, plan] of [
    [ada, scene],
    [blogger, null],
  ] as const) {
    const post = saidText(quoted, { member: { persona }, trigger, scene: plan, prompt });
    expect(post).toMatch(/^@Mira word .* word…$/u);
    expect(post.length).toBeLessThanOrEqual(POST_CHARS_MAX);
  }
  expect(saidText(null, { member: { persona: ada }, trigger, scene, prompt })).toBe("");
});
