// What a test asks of an open page: it runs there.
globalThis.inspect = {
  /** Where the keyboard is, and whether one can see that. */
  focus() {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    return {
      name: (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 30) || element.id,
      isShown: style.outlineStyle !== "none" || !/^none$|^rgba\(\d+, \d+, \d+, 0\)/.test(style.boxShadow),
      isBody: element === document.body,
    };
  },

  /** Controls, links, pictures and landmarks that a screen reader could not name, ids given twice, and inline styles. */
  unlabelled() {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const nameOf = (element) =>
      (element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent).trim();
    const landmarks = ["body > main", "body > header", "body > header nav"];
    const ids = all("[id]").map(({ id }) => id);
    return [
      ...all("input:not([type=hidden]), textarea, button:not([hidden]), a").filter((one) => nameOf(one) === ""),
      ...all("img:not([alt]), [style]"),
    ]
      .map((element) => element.outerHTML)
      .concat(landmarks.filter((selector) => all(selector).length !== 1))
      .concat(ids.filter((id, index) => ids.indexOf(id) !== index));
  },

  /** The colours of each piece of text and of what it stands on, as #rrggbb. */
  textColours() {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const laid = (colours) => {
      for (const colour of colours) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      const parts = Array.from(canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
      return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    };
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const isSeen = element.checkVisibility() && element.closest("svg, .visually-hidden, .skip") === null;
      if (node.textContent.trim() === "" || !isSeen) continue;
      const grounds = [];
      for (let around = element; around !== null; around = around.parentElement) {
        grounds.unshift(getComputedStyle(around).backgroundColor);
      }
      const ground = laid(["white", ...grounds]);
      const ink = laid([ground, getComputedStyle(element).color]);
      found.set(ink + ground, { text: node.textContent.trim().slice(0, 40), ink, ground });
    }
    return [...found.values()];
  },
};
