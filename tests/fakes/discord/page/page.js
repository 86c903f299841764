// The page of the stand-in: shows what one person sees, and sends what that person does.
import { blocksOf, element } from "./markdown.js";

const byId = (id) => document.getElementById(id);
const seat = { as: sessionStorage.getItem("as") ?? "", in: sessionStorage.getItem("in") ?? "" };
/** What the page showed last. */
let state = null;
/** What the composer is about: a message that is answered or changed, or a command that is filled in. */
let draft = { kind: "message", replyTo: null, edits: null };
/** Private answers that were read. */
const dismissed = new Set();
/** The newest message that was seen, by channel. */
const seen = new Map();

// As people see a time.
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Runs what follows an event; what goes wrong is told below the messages. */
function on(target, event, run) {
  target.addEventListener(event, (happened) => {
    void (async () => {
      try {
        await run(happened);
      } catch (error) {
        tell(String(error));
      }
    })();
  });
}

async function act(deed) {
  byId("told").textContent = "";
  const body = JSON.stringify({ as: seat.as, in: seat.in, do: deed });
  const response = await fetch("do", { method: "POST", headers: { "content-type": "application/json" }, body });
  const answer = await response.json();
  if (answer.why !== undefined) tell(answer.why);
  if (answer.kind === "form") openForm(answer.asking, answer.form);
  return answer;
}

function tell(why) {
  byId("told").textContent = why;
}

async function look() {
  const response = await fetch(`state?${new URLSearchParams(seat)}`);
  if (!response.ok) return;
  state = await response.json();
  seat.as = state.me.id;
  seat.in = state.here.id;
  sessionStorage.setItem("as", seat.as);
  sessionStorage.setItem("in", seat.in);
  show();
}

function show() {
  const { bot, guild, here, people, channels, messages, isTyping, api, token } = state;
  byId("guild").textContent = guild.name;
  byId("here").textContent = nameOf(here);
  byId("text").placeholder = `Message ${nameOf(here)}, or / for commands`;
  byId("start").hidden = bot.isHere;
  byId("composer").hidden = !bot.isHere;
  byId("how").textContent = `DISCORD_API_URL=${api} DISCORD_TOKEN=${token} npm start`;
  byId("heard").textContent = bot.isOnline ? "It is connected." : "It is not connected yet.";
  byId("invite").disabled = !bot.isOnline;
  byId("typing").textContent = isTyping ? `${bot.name} is typing …` : "";
  const dot = element("span", { className: bot.isOnline ? "dot on" : "dot" });
  byId("bot").replaceChildren(dot, `${bot.name}, the bot, is ${bot.isOnline ? "online" : "offline"}`);
  keep(byId("person"), people, ({ id, name, rights }) =>
    element("option", { value: id, textContent: `${name}, ${rights}` }),
  );
  byId("person").value = seat.as;
  const places = channels.some(({ kind }) => kind === "direct")
    ? channels
    : [...channels, { id: "direct", kind: "direct" }];
  keep(
    byId("channels"),
    sorted(places).map(({ newest, ...place }) => {
      const isHere = place.id === here.id;
      if (isHere || !seen.has(place.id)) seen.set(place.id, newest);
      return { ...place, isHere, isNew: seen.get(place.id) !== newest };
    }),
    channelButton,
  );
  const list = byId("messages");
  const isAtEnd = isAtTheEnd();
  keep(
    list,
    messages.filter(({ id }) => !dismissed.has(id)),
    messageItem,
  );
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

// A line more or less.
const NEARLY_PX = 80;
let wasAtEnd = true;

function isAtTheEnd() {
  const list = byId("messages");
  return list.scrollHeight - list.scrollTop - list.clientHeight < NEARLY_PX;
}

/** Puts one element for each thing into `parent`; what has not changed stays as it is, with what people have typed into it. */
function keep(parent, things, make) {
  const known = new Map([...parent.children].map((child) => [child.dataset.as, child]));
  const next = things.map((thing) => {
    const as = JSON.stringify(thing);
    const made = known.get(as) ?? make(thing);
    made.dataset.as = as;
    return made;
  });
  if (next.length !== parent.children.length || next.some((child, at) => child !== parent.children[at])) {
    parent.replaceChildren(...next);
  }
}

function nameOf({ kind, name }) {
  return kind === "direct" ? `@${state.bot.name}` : kind === "thread" ? `↳ ${name}` : `# ${name}`;
}

/** Threads stand below their channel, the direct message at the end. */
function sorted(places) {
  const of = (parent) => places.filter((place) => (place.parent ?? null) === parent && place.kind !== "direct");
  const all = of(null).flatMap((channel) => [channel, ...of(channel.id)]);
  return [...all, ...places.filter(({ kind }) => kind === "direct")];
}

function channelButton({ id, isHere, isNew, ...place }) {
  const button = element("button", { type: "button", className: place.kind, textContent: nameOf(place) });
  if (isHere) button.setAttribute("aria-current", "page");
  if (isNew) button.append(element("span", { className: "new", textContent: "new" }));
  on(button, "click", async () => {
    seat.in = id === "direct" ? (await act({ kind: "direct" })).channel : id;
    write("");
    await look();
  });
  return button;
}

function messageItem(message) {
  const { id, author, isApp, isPrivate, face, text, at, isEdited, caption, answers } = message;
  const item = element("li", { id: `m${id}`, className: isPrivate ? "private" : "" });
  if (caption !== null) item.append(element("div", { className: "above" }, caption));
  if (answers !== null) item.append(element("div", { className: "above" }, `↪ ${answers.author}: ${answers.text}`));
  const who = element("div", {}, element("span", { className: "who", textContent: author }));
  if (isApp) who.append(element("span", { className: "app", textContent: "APP" }));
  who.append(element("time", { textContent: `${clock.format(at)}${isEdited ? " (edited)" : ""}` }));
  const words = element("div", { className: "words" }, who, element("div", { className: "text" }, ...blocksOf(text)));
  if (text === "") words.lastChild.remove();
  const embed = (one) =>
    element("div", { className: "embed" }, element("strong", {}, one.title), ...blocksOf(one.text));
  const file = (one) =>
    element("div", {}, "📎 ", element("a", { href: one.url, target: "_blank", textContent: one.name }));
  const row = (controls) => element("div", { className: "row" }, ...controls.map((control) => controlOf(id, control)));
  words.append(...message.embeds.map(embed), ...message.files.map(file), ...message.rows.map(row));
  if (message.reactions.length > 0) {
    words.append(
      element("div", { className: "row" }, ...message.reactions.map(({ sign, count }) => `${sign} ${count} `)),
    );
  }
  if (isPrivate) words.append(onlyYou(id));
  item.append(faceOf(face, author), words, deedsOf(message));
  return item;
}

function faceOf(face, author) {
  if (face !== null) return element("img", { className: "face", src: face, alt: "" });
  const drawn = element("div", {
    className: "face",
    textContent: author.slice(0, 1).toUpperCase(),
    ariaHidden: "true",
  });
  const hue = [...author].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  drawn.style.setProperty("--hue", hue);
  return drawn;
}

function onlyYou(id) {
  const dismiss = element("a", { href: "#", textContent: "Dismiss" });
  on(dismiss, "click", (event) => {
    event.preventDefault();
    dismissed.add(id);
    show();
  });
  return element("div", { className: "only" }, "👁 Only you can see this · ", dismiss);
}

function controlOf(message, control) {
  if (control.kind === "text") return element("div", { className: "text" }, ...blocksOf(control.text));
  if (control.kind === "menu") return menuOf(message, control);
  const { id, url, label, style, isDisabled } = control;
  if (url !== null) return element("a", { href: url, target: "_blank", rel: "noreferrer", textContent: label });
  const button = element("button", { type: "button", className: style, textContent: label, disabled: isDisabled });
  on(button, "click", () => act({ kind: "press", message, id }));
  return button;
}

function menuOf(message, { id, placeholder, options, isDisabled }) {
  const first = element("option", { value: "", textContent: placeholder, disabled: true, selected: true });
  const rest = options.map(({ label, value, about }) =>
    element("option", { value, textContent: about === "" ? label : `${label} · ${about}` }),
  );
  const menu = element("select", { disabled: isDisabled, ariaLabel: placeholder }, first, ...rest);
  on(menu, "change", async () => {
    const { value } = menu;
    menu.value = "";
    await act({ kind: "choose", message, id, values: [value] });
  });
  return menu;
}

/** What may be done with a message: the bot's own entries, and what every client has. */
function deedsOf({ id, author, text, isMine, isApp, isPrivate }) {
  const deeds = element("div", { className: "deeds" });
  const add = (name, run) => {
    const button = element("button", { type: "button", textContent: name });
    on(button, "click", run);
    deeds.append(button);
  };
  if (isPrivate) return deeds;
  add("Reply", () => begin({ kind: "message", replyTo: id, edits: null }, `Reply to ${author}`, ""));
  add("🛑", () => act({ kind: "react", message: id, sign: "🛑" }));
  if (isMine) {
    add("Edit", () => begin({ kind: "message", replyTo: null, edits: id }, "Edit your message", text));
    add("Delete", () => act({ kind: "remove", message: id }));
  }
  if (isApp) for (const name of state.menus) add(name, () => act({ kind: "menu", message: id, name }));
  return deeds;
}

function begin(next, told, text) {
  draft = next;
  byId("replying").hidden = false;
  byId("replying").textContent = `${told} · Esc ends it`;
  byId("text").value = text;
  byId("text").focus();
}

/** Empties the composer, but for this text. */
function write(text) {
  draft = { kind: "message", replyTo: null, edits: null };
  byId("text").value = text;
  byId("replying").hidden = true;
  byId("options").hidden = true;
  byId("options").replaceChildren();
  byId("text").hidden = false;
  offer();
}

/** The commands that fit what is typed after a slash. */
function offer() {
  const { value } = byId("text");
  const isCommand = value.startsWith("/") && draft.edits === null;
  const typed = value.slice(1).toLowerCase().trim();
  const fitting = isCommand ? state.commands.filter(({ name }) => name.includes(typed)) : [];
  const ranked = fitting.toSorted((a, b) => Number(b.name.startsWith(typed)) - Number(a.name.startsWith(typed)));
  const list = byId("offers");
  list.hidden = ranked.length === 0;
  list.replaceChildren(
    ...ranked.map((command, at) => {
      const item = element(
        "li",
        { role: "option", ariaSelected: String(at === 0) },
        element("b", {}, `/${command.name}`),
      );
      item.append(element("span", {}, command.summary));
      on(item, "click", () => pick(command));
      return item;
    }),
  );
}

async function pick(command) {
  write(`/${command.name}`);
  byId("offers").hidden = true;
  draft = { kind: "command", command };
  if (command.options.length === 0) return;
  const options = byId("options");
  options.hidden = false;
  byId("text").hidden = true;
  options.replaceChildren(
    element("legend", {}, `/${command.name}`),
    ...command.options.map((option) => optionField(command, option)),
  );
  options.querySelector("input, select").focus();
}

function optionField(command, option) {
  const about = element("small", {}, `${option.summary}${option.isRequired ? "" : " (optional)"}`);
  const field = element("label", {}, element("span", {}, option.name), about);
  const input = inputFor(option);
  input.name = option.name;
  input.required = option.isRequired;
  field.append(input);
  if (option.isSuggested) suggestFor(command, option, input, field);
  return field;
}

function inputFor({ kind, choices }) {
  const lists = {
    switch: [
      { name: "on", value: "true" },
      { name: "off", value: "false" },
    ],
    channel: state.channels
      .filter((each) => each.kind !== "direct")
      .map(({ id, name }) => ({ name: `#${name}`, value: id })),
    person: state.people.map(({ id, name }) => ({ name, value: id })),
  };
  const list = choices.length > 0 ? choices : lists[kind];
  if (list === undefined) return element("input", { type: kind === "file" ? "file" : "text", autocomplete: "off" });
  const none = element("option", { value: "", textContent: "" });
  return element("select", {}, none, ...list.map(({ name, value }) => element("option", { value, textContent: name })));
}

/** What the bot suggests while somebody types. */
function suggestFor(command, option, input, field) {
  const list = element("ul", { className: "choices", hidden: true });
  field.append(list);
  let asked = 0;
  const ask = async () => {
    const number = (asked += 1);
    delete input.dataset.value;
    const options = { ...(await given()), [option.name]: input.value };
    const { choices } = await act({ kind: "suggest", name: command.name, options, focused: option.name });
    if (number !== asked || choices === undefined) return;
    list.hidden = choices.length === 0;
    list.replaceChildren(
      ...choices.map(({ name, value }) => {
        const item = element("li", { textContent: name });
        // Before the field loses the focus, and the list with it.
        on(item, "mousedown", (event) => {
          event.preventDefault();
          input.value = name;
          input.dataset.value = value;
          list.hidden = true;
        });
        return item;
      }),
    );
  };
  on(input, "input", ask);
  on(input, "focus", ask);
  on(input, "blur", () => {
    list.hidden = true;
  });
}

/** The options as they are filled in. */
async function given() {
  const fields = [...byId("options").querySelectorAll("input, select")];
  const filled = await Promise.all(fields.map(async (field) => [field.name, await valueOf(field)]));
  return Object.fromEntries(filled.filter(([, value]) => value !== null));
}

async function valueOf(field) {
  if (field.type === "file") return field.files.length === 0 ? null : { file: await fileOf(field.files[0]) };
  if (field.value === "") return null;
  const { kind } = draft.command.options.find(({ name }) => name === field.name);
  const value = field.dataset.value ?? field.value;
  if (kind === "channel" || kind === "person") return { id: value };
  return kind === "switch" ? value === "true" : kind === "number" ? Number(value) : value;
}

function fileOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    on(reader, "load", () => {
      resolve({
        name: file.name,
        type: file.type === "" ? "application/octet-stream" : file.type,
        base64: reader.result.split(",")[1] ?? "",
      });
    });
    on(reader, "error", () => reject(new Error("the file cannot be read", { cause: reader.error })));
    reader.readAsDataURL(file);
  });
}

async function send() {
  const { value } = byId("text");
  if (draft.kind === "command") {
    const deed = { kind: "command", name: draft.command.name, options: await given() };
    write("");
    await act(deed);
    return;
  }
  const command = state.commands.find(({ name }) => value.trim() === `/${name}`);
  const fits = byId("offers").querySelector("b");
  if (value.startsWith("/") && draft.edits === null && fits !== null) {
    const picked = command ?? state.commands.find(({ name }) => fits.textContent === `/${name}`);
    await pick(picked);
    if (picked.options.length === 0) await send();
    return;
  }
  if (value.trim() === "") return;
  const { replyTo, edits } = draft;
  write("");
  await act(edits === null ? { kind: "say", text: value, replyTo } : { kind: "edit", message: edits, text: value });
  byId("messages").scrollTop = byId("messages").scrollHeight;
}

const FILE_UPLOAD = 19;

function openForm(asking, form) {
  const dialog = byId("form");
  const inner = element("form", { method: "dialog" }, element("h3", { textContent: form.title }));
  for (const { customId, label, value, hint, lines, isRequired, minLength, maxLength, type } of form.fields) {
    const field = element(lines === "many" ? "textarea" : "input", {
      name: customId,
      value: value ?? "",
      placeholder: hint,
      required: isRequired,
      minLength,
      maxLength,
    });
    if (type === FILE_UPLOAD) field.type = "file";
    inner.append(element("label", {}, element("span", {}, label), field));
  }
  const cancel = element("button", { type: "button", textContent: "Cancel" });
  on(cancel, "click", () => dialog.close());
  inner.append(
    element(
      "div",
      { className: "row" },
      cancel,
      element("button", { type: "submit", className: "primary", textContent: "Submit" }),
    ),
  );
  on(inner, "submit", async () => {
    const fields = [...inner.querySelectorAll("input, textarea")];
    const values = await Promise.all(
      fields
        .filter((field) => field.type !== "file" || field.files.length > 0)
        .map(async (field) => [
          field.name,
          field.type === "file" ? { file: await fileOf(field.files[0]) } : field.value,
        ]),
    );
    await act({ kind: "fill", asking, values: Object.fromEntries(values) });
  });
  dialog.replaceChildren(inner);
  dialog.showModal();
}

/** Up and down in a list of commands. */
function move(by) {
  const items = [...byId("offers").children];
  const at = items.findIndex((item) => item.ariaSelected === "true");
  const next = items[(at + by + items.length) % items.length];
  if (next === undefined) return;
  for (const item of items) item.ariaSelected = String(item === next);
  next.scrollIntoView({ block: "nearest" });
}

on(byId("composer"), "submit", (event) => {
  event.preventDefault();
  const chosen = byId("offers").querySelector("[aria-selected=true]");
  if (draft.kind === "message" && !byId("offers").hidden && chosen !== null) chosen.click();
  else void send();
});
on(byId("composer"), "keydown", (event) => {
  if (event.key === "Escape") write("");
  if (byId("offers").hidden || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  event.preventDefault();
  move(event.key === "ArrowDown" ? 1 : -1);
});
on(byId("text"), "input", () => {
  if (draft.kind === "command") draft = { kind: "message", replyTo: null, edits: null };
  offer();
});
on(byId("invite"), "click", () => act({ kind: "invite" }));
on(byId("person"), "change", async () => {
  seat.as = byId("person").value;
  write("");
  await look();
});

on(byId("messages"), "scroll", () => {
  wasAtEnd = isAtTheEnd();
});
// Who reads the newest goes on doing so when the composer grows.
new ResizeObserver(() => {
  if (wasAtEnd) byId("messages").scrollTop = byId("messages").scrollHeight;
}).observe(byId("messages"));

on(new EventSource("changes"), "message", look);
// Typing ends by itself.
setInterval(() => void look(), 5_000);
