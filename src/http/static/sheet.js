// Small pages over the feed, such as the form of a scene: the same pages that come by themselves where there is no script.

/** Opens forms marked `data-sheet` over the page, and sends those marked `data-quiet` without leaving it. `told.done` hears that something was done, `told.failed` a sentence that says why not. */
export function openSheets(told) {
  return new Sheet(told);
}

class Sheet {
  #dialog = document.createElement("dialog");
  #paper = document.createElement("article");
  #told;
  // What was pressed: its id, for what it stands on may have been written anew meanwhile.
  #opener = "";
  #isSending = false;
  // A form that was begun and put away unsent is taken up again: the address that it came from, and whether somebody wrote there.
  #address = "";
  #isChanged = false;

  constructor(told) {
    this.#told = told;
    this.#dialog.className = "sheet";
    this.#dialog.append(this.#paper);
    document.body.append(this.#dialog);
    this.#hear();
  }

  #hear() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      const isInside = this.#paper.contains(form);
      if (!isInside && !form.matches("[data-sheet], [data-quiet]")) return;
      event.preventDefault();
      if (!isInside) this.#opener = event.submitter?.id ?? "";
      if (!isInside && this.#isChanged && this.#address === form.action) this.#takeUp();
      else void this.#send(form, event.submitter);
    });
    this.#paper.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]") === null) return;
      event.preventDefault();
      this.#dialog.close();
    });
    this.#paper.addEventListener("input", () => {
      this.#isChanged = true;
    });
    this.#dialog.addEventListener("close", () => {
      // It is told of a while later: somebody may have opened another one since.
      if (this.#dialog.open) return;
      if (!this.#isChanged) this.#paper.replaceChildren();
      // The browser brings the keyboard back, unless what it stood on is gone.
      const opener = document.getElementById(this.#opener);
      if (document.activeElement === document.body) opener?.focus();
    });
  }

  #takeUp() {
    this.#open();
    this.#paper.querySelector("h1").focus();
  }

  #open() {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
  }

  async #send(form, submitter) {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#dialog.ariaBusy = "true";
    const isPost = form.method === "post";
    try {
      const answer = await fetch(form.action, {
        method: isPost ? "POST" : "GET",
        headers: { Accept: "text/html" },
        redirect: isPost ? "manual" : "follow",
        ...(isPost ? { body: new URLSearchParams(new FormData(form, submitter)) } : {}),
      });
      // Whatever was done leads back to the feed, which is here.
      if (answer.type === "opaqueredirect") {
        if (this.#paper.contains(form)) this.#isChanged = false;
        this.#dialog.close();
        this.#told.done();
      } else {
        if (!this.#paper.contains(form)) this.#address = form.action;
        this.#show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
    } catch {
      this.#told.failed("The house cannot be reached; try again in a moment.");
    } finally {
      this.#isSending = false;
      this.#dialog.ariaBusy = "false";
    }
  }

  #show(page) {
    const body = page.querySelector("main > .main");
    if (body === null) return;
    // A form that comes back with its mistakes holds what was typed still.
    this.#isChanged = this.#isChanged && this.#dialog.open;
    this.#paper.replaceChildren(document.adoptNode(body));
    const title = body.querySelector("h1");
    title.id = "sheet-title";
    title.tabIndex = -1;
    this.#dialog.setAttribute("aria-labelledby", title.id);
    this.#open();
    (body.querySelector("[aria-invalid]") ?? body.querySelector("[autofocus]") ?? title).focus();
  }
}
