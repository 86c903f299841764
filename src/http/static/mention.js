// Completes @names of the cast in a box while one types.

// More than fit on a phone below the keyboard help nobody.
const OFFERS_MAX = 8;

/** Puts `@handle ` where the cursor of `area` stands, and the cursor after it. */
export function insertMention(area, handle) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  area.setRangeText(`${gap}@${handle} `, area.selectionStart, area.selectionEnd, "end");
  area.focus();
}

/** Offers names below `area` after an @; arrows choose, Enter or Tab takes, Escape closes. */
export function completeMentions(area) {
  const offers = new Offers(area);
  area.addEventListener("input", () => offers.show());
  area.addEventListener("blur", () => offers.close());
  area.addEventListener("keydown", (event) => {
    if (!event.isComposing && offers.press(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  });
}

class Offers {
  #area;
  #list = document.createElement("ul");
  #chosen = 0;

  constructor(area) {
    this.#area = area;
    const list = this.#list;
    list.className = "names";
    list.id = "say-names";
    list.role = "listbox";
    list.ariaLabel = "The cast";
    list.hidden = true;
    area.after(list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", list.id);
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#take(event.target.closest("li"));
    });
  }

  show() {
    const start = this.#begun()?.[1].toLowerCase();
    const fitting =
      start === undefined
        ? []
        : cast()
            .filter((persona) => fits(persona, start))
            .slice(0, OFFERS_MAX);
    this.#list.replaceChildren(...fitting.map(option));
    this.#list.hidden = fitting.length === 0;
    this.#mark(0);
  }

  close() {
    this.#list.hidden = true;
    this.#area.removeAttribute("aria-activedescendant");
  }

  /** Whether the key was meant for the list. */
  press(event) {
    if (this.#list.hidden) return false;
    const count = this.#list.children.length;
    const takes = (event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab";
    if (takes) this.#take(this.#list.children[this.#chosen]);
    else if (event.key === "ArrowDown") this.#mark((this.#chosen + 1) % count);
    else if (event.key === "ArrowUp") this.#mark((this.#chosen + count - 1) % count);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  #begun() {
    return /(?:^|\s)@([\p{L}\p{N}_-]{0,32})$/u.exec(this.#area.value.slice(0, this.#area.selectionStart));
  }

  #mark(chosen) {
    this.#chosen = chosen;
    for (const [index, item] of [...this.#list.children].entries()) item.ariaSelected = String(index === chosen);
    const current = this.#list.children[chosen];
    if (current === undefined) this.#area.removeAttribute("aria-activedescendant");
    else this.#area.setAttribute("aria-activedescendant", current.id);
  }

  #take(item) {
    const word = this.#begun();
    if (word === null || item === null || item === undefined) return;
    const until = this.#area.selectionStart;
    this.#area.setRangeText(`@${item.dataset.handle} `, until - word[1].length - 1, until, "end");
    this.close();
    this.#area.focus();
  }
}

/** The cast as the page shows it. */
function cast() {
  return [...document.querySelectorAll("#cast [data-mention]")].map((link) => ({
    handle: link.dataset.mention,
    name: link.querySelector(".name").textContent,
  }));
}

function fits({ handle, name }, start) {
  return [handle, name.toLowerCase()].some((word) => word.startsWith(start));
}

function option({ handle, name }, index) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `say-name-${index}`;
  item.dataset.handle = handle;
  item.textContent = `${name} @${handle}`;
  return item;
}
