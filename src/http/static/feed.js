// The live feed: new posts as they are said, older ones as one scrolls, and what is speaking.
import { Box } from "./box.js";
import { openSheets } from "./sheet.js";
import { sayTimes } from "./times.js";

const list = document.getElementById("posts");
const pill = document.getElementById("fresh");
const typing = document.getElementById("typing");
const news = document.getElementById("news");
const isNewestFirst = list.dataset.order === "newest";
// A page left in the background is closed after this long: browsers allow six lines to one site, and nobody looks.
const HIDDEN_MS = 60_000;
// A persona that was said to write and then does not.
const TYPING_MS = 12_000;
// So far from the top one is reading, and new posts wait.
const READING_PX = 240;

const writers = new Map();
let waiting = [];
let seq = Number(list.dataset.seq);
let line = null;
let hiddenTimer = 0;
let ownPost = null;

const tell = (words) => {
  news.textContent = words;
};
const box = new Box(document.getElementById("say"), tell);

function itemOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function arrive(item) {
  seq = Math.max(seq, Number(item.dataset.seq));
  const isHere = list.dataset.conversation === undefined || list.dataset.conversation === item.dataset.conversation;
  if (!isHere || document.getElementById(item.id) !== null) return;
  if (waiting.some((other) => other.id === item.id)) return;
  stopsTyping(item.dataset.handle);
  sayTimes(item);
  const isReading = isNewestFirst && (scrollY > READING_PX || list.contains(document.getElementById("say")));
  if (isReading && item.dataset.id !== ownPost) {
    waiting.push(item);
    showPill();
    return;
  }
  show([...waiting, item]);
}

function show(items) {
  waiting = [];
  showPill();
  for (const item of items) {
    item.classList.add("is-new");
    if (isNewestFirst) list.prepend(item);
    else list.append(item);
  }
  document.getElementById("empty")?.setAttribute("hidden", "");
  if (items.some((item) => item.dataset.id === ownPost)) items.at(-1).scrollIntoView({ block: "center" });
  const names = [...new Set(items.map((item) => item.dataset.name))];
  if (names.length > 0) tell(`${items.length === 1 ? "New post" : `${items.length} new posts`} by ${names.join(", ")}`);
}

function showPill() {
  pill.hidden = waiting.length === 0;
  pill.textContent = waiting.length === 1 ? "1 new post" : `${waiting.length} new posts`;
}

function begins({ handle, name }) {
  clearTimeout(writers.get(handle)?.timer);
  writers.set(handle, { name, timer: setTimeout(() => stopsTyping(handle), TYPING_MS) });
  sayTyping();
}

function stopsTyping(handle) {
  clearTimeout(writers.get(handle)?.timer);
  if (writers.delete(handle)) sayTyping();
}

function sayTyping() {
  const names = [...writers.values()].map(({ name }) => name);
  const verb = names.length === 1 ? "is" : "are";
  if (names.length > 2) typing.textContent = "Several are writing";
  else typing.textContent = names.length === 0 ? "" : `${names.join(" and ")} ${verb} writing`;
}

// Keeps the keyboard where it is when what it stands on is written anew, or near it, and what was unfolded open.
function rewrite(element, html) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const around = focused?.closest("[data-scene]")?.id ?? "";
  const unfolded = [...element.querySelectorAll("details[open]")].map(({ id }) => id);
  element.innerHTML = html;
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  if (focused === null) return;
  const again = document.getElementById(focused.id) ?? document.getElementById(around)?.querySelector("button");
  (again ?? element.querySelector("button"))?.focus();
}

function showHouse(html) {
  const house = document.getElementById("house");
  rewrite(house, html);
  sayTimes(house);
}

function recast(html) {
  rewrite(document.getElementById("cast"), html);
  const colours = document.querySelector("#cast [data-colours]")?.dataset.colours;
  const sheet = document.getElementById("colours");
  if (colours !== undefined && sheet.getAttribute("href") !== colours) sheet.href = colours;
}

async function pageOf(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// The feed was cleared, or too much was missed: the page is read again.
async function anew() {
  if (!isNewestFirst) {
    location.reload();
    return;
  }
  const page = await pageOf("/");
  box.goHome();
  waiting = [];
  showPill();
  list.replaceChildren(...page.querySelectorAll("#posts > li"));
  document.getElementById("empty").hidden = page.getElementById("empty").hidden;
  document.getElementById("older").replaceChildren(...page.getElementById("older").childNodes);
  seq = Number(page.getElementById("posts").dataset.seq);
  sayTimes(list);
}

function listen() {
  if (line !== null || list.dataset.live !== "yes") return;
  line = new EventSource(`/events?since=${seq}`);
  line.addEventListener("post", (event) => arrive(itemOf(event.data)));
  line.addEventListener("house", (event) => showHouse(event.data));
  line.addEventListener("cast", (event) => recast(event.data));
  line.addEventListener("typing", (event) => begins(JSON.parse(event.data)));
  line.addEventListener("anew", () => void anew().catch(() => location.reload()));
  line.addEventListener("error", () => {
    // Refused for good, as when too many pages are open: the browser does not come back by itself.
    if (line?.readyState !== EventSource.CLOSED) return;
    hangUp();
    setTimeout(listen, 10_000);
  });
}

function hangUp() {
  line?.close();
  line = null;
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) hiddenTimer = setTimeout(hangUp, HIDDEN_MS);
  else listen();
});
addEventListener("pagehide", hangUp);
addEventListener("pageshow", listen);

pill.addEventListener("click", () => {
  const newest = waiting.at(-1);
  box.goHome();
  show(waiting);
  scrollTo({ top: 0 });
  newest?.querySelector("a")?.focus({ preventScroll: true });
});

addEventListener(
  "scroll",
  () => {
    if (waiting.length > 0 && scrollY < 10 && !list.contains(document.getElementById("say"))) show(waiting);
  },
  { passive: true },
);

document.addEventListener("posted", (event) => {
  ownPost = event.detail.id;
  const waits = waiting.some((item) => item.dataset.id === ownPost);
  if (waits) show(waiting);
});

// What the operator does to a scene; what comes of it is told over the line, where there is one.
openSheets({
  done: () => {
    if (line === null) void rehouse();
  },
  failed: tell,
});

async function rehouse() {
  const page = await pageOf("/");
  showHouse(page.getElementById("house").innerHTML);
}

// Older posts come when their link does; the link works by itself too.
const older = document.getElementById("older");
let isReadingOlder = false;
async function readOlder() {
  const link = older.querySelector("a");
  if (isReadingOlder || link === null) return;
  isReadingOlder = true;
  try {
    const page = await pageOf(link.href);
    for (const item of page.querySelectorAll("#posts > li")) {
      if (document.getElementById(item.id) === null) list.append(item);
    }
    older.replaceChildren(...page.getElementById("older").childNodes);
    sayTimes(list);
    // Looked at anew: where the list is still short, the next posts are wanted at once.
    whenSeen.unobserve(older);
    whenSeen.observe(older);
  } catch {
    link.textContent = "Older posts (the house cannot be reached now)";
  } finally {
    isReadingOlder = false;
  }
}
const whenSeen = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) void readOlder();
  },
  { rootMargin: "600px" },
);
if (older !== null) whenSeen.observe(older);

const marked = document.querySelector("[data-marked]")?.dataset.marked;
if (marked !== undefined) {
  const post = document.getElementById(marked);
  post?.classList.add("is-marked");
  if (post !== null && list.children.length > 3) post.scrollIntoView({ block: "center" });
}

listen();
