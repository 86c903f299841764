// Completes @names of the cast in a box while one types.

/** The cast as the page shows it: handle and name. */
function cast() {
  return [...document.querySelectorAll("#cast [data-mention]")].map((link) => ({
    handle: link.dataset.mention,
    name: link.querySelector(".name")?.textContent ?? link.dataset.mention,
  }));
}

/** Puts `@handle ` where the cursor of `area` stands, and the cursor after it. */
export function insertMention(area, handle) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  area.setRangeText(`${gap}@${handle} `, area.selectionStart, area.selectionEnd, "end");
  area.focus();
}

/** Offers names below `area` after an @; arrows choose, Enter or Tab takes, Escape closes. */
export function completeMentions(area) {
  const list = document.createElement("ul");
  list.className = "names";
  list.id = "say-names";
  list.role = "listbox";
  list.ariaLabel = "The cast";
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let chosen = 0;

  const begun = () => /(?:^|\s)@([\p{L}\p{N}_-]{0,32})$/u.exec(area.value.slice(0, area.selectionStart));

  const close = () => {
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };

  const show = () => {
    const word = begun();
    const start = word?.[1].toLowerCase();
    const fitting = start === undefined ? [] : cast().filter(({ handle, name }) => handle.startsWith(start) || name.toLowerCase().startsWith(start));
    list.replaceChildren(...fitting.slice(0, 8).map(option));
    list.hidden = fitting.length === 0;
    chosen = 0;
    mark();
  };

  const option = ({ handle, name }, index) => {
    const item = document.createElement("li");
    item.role = "option";
    item.id = `say-name-${index}`;
    item.dataset.handle = handle;
    item.textContent = `${name} @${handle}`;
    return item;
  };

  const mark = () => {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    const current = list.children[chosen];
    if (list.hidden || current === undefined) area.removeAttribute("aria-activedescendant");
    else area.setAttribute("aria-activedescendant", current.id);
  };

  const take = (item) => {
    const word = begun();
    if (word === null || item === undefined) return;
    area.setRangeText(`@${item.dataset.handle} `, area.selectionStart - word[1].length - 1, area.selectionStart, "end");
    close();
    area.focus();
  };

  area.addEventListener("input", show);
  area.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(event.target.closest("li"));
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const count = list.children.length;
    if (event.key === "ArrowDown") chosen = (chosen + 1) % count;
    else if (event.key === "ArrowUp") chosen = (chosen + count - 1) % count;
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    mark();
  });
}
