// Discord's formatting, as far as the bot uses it, written as elements of the page.

const INLINE =
  /`(?<code>[^`\n]+)`|\[(?<name>[^\]\n]+)\]\(<?(?<link>https?:[^)>\s]+)>?\)|<?(?<url>https?:\/\/[^\s<>]+)>?|\*\*(?<bold>.+?)\*\*|~~(?<gone>.+?)~~|(?<![\w*])\*(?<slanted>[^*\n]+)\*(?!\w)|(?<![\w_])_(?<lying>[^_\n]+)_(?!\w)/u;

// Signs with a backslash before them stand for themselves: they wait here, where nobody writes.
const WAITING = 0xe000;
const hide = (text) =>
  text.replaceAll(/\\([\\*_~`|[\]()<>#-])/gu, (_, sign) => String.fromCodePoint(WAITING + sign.codePointAt(0)));
const show = (text) =>
  text.replaceAll(/[\ue000-\ue07f]/gu, (waiting) => String.fromCodePoint(waiting.codePointAt(0) - WAITING));

/** The text as blocks. */
export function blocksOf(text) {
  const blocks = [];
  for (const [at, part] of hide(text).split("```").entries()) {
    const isCode = at % 2 === 1;
    if (isCode) blocks.push(element("pre", {}, element("code", {}, show(part.replace(/^\w*\n/u, "")))));
    const lines = isCode ? [] : part.replaceAll(/^\n|\n$/gu, "").split("\n");
    for (const line of lines) addLine(blocks, line, at);
  }
  return blocks;
}

function addLine(blocks, line, at) {
  const item = /^\s*[-*] (?<rest>.*)$/u.exec(line)?.groups.rest;
  const heading = /^#{1,3} (?<rest>.*)$/u.exec(line)?.groups.rest;
  if (line === "" && at > 0) return;
  if (line.startsWith("-# ")) blocks.push(element("p", { className: "small" }, ...inlineOf(line.slice(3))));
  else if (line.startsWith("> ")) blocks.push(element("blockquote", {}, ...inlineOf(line.slice(2))));
  else if (heading !== undefined) blocks.push(element("h4", {}, ...inlineOf(heading)));
  else if (item !== undefined) {
    const list = blocks.at(-1)?.tagName === "UL" ? blocks.at(-1) : element("ul", {});
    if (list !== blocks.at(-1)) blocks.push(list);
    list.append(element("li", {}, ...inlineOf(item)));
  } else blocks.push(element("p", {}, ...(line === "" ? ["\u00A0"] : inlineOf(line))));
}

function inlineOf(text) {
  const found = INLINE.exec(text);
  if (found === null) return [show(text)];
  const { code, name, link, url, bold, gone, slanted, lying } = found.groups;
  const rest = [...inlineOf(text.slice(0, found.index))];
  if (code !== undefined) rest.push(element("code", {}, show(code)));
  else if (link !== undefined) rest.push(linkTo(link, show(name)));
  else if (url !== undefined) rest.push(linkTo(url, url));
  else if (bold !== undefined) rest.push(element("strong", {}, ...inlineOf(bold)));
  else if (gone !== undefined) rest.push(element("s", {}, ...inlineOf(gone)));
  else rest.push(element("em", {}, ...inlineOf(slanted ?? lying)));
  return [...rest, ...inlineOf(text.slice(found.index + found[0].length))];
}

/** A link to a message stays on this page. */
function linkTo(address, name) {
  const message = /\/channels\/[^/]+\/\d+\/(?<id>\d+)$/u.exec(address)?.groups.id;
  const more =
    message === undefined ? { href: address, target: "_blank", rel: "noreferrer" } : { href: `#m${message}` };
  return element("a", more, name);
}

/** An element with its properties and what stands in it. */
export function element(tag, properties, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}
