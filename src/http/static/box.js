// The box to post from: posts without leaving the page, replies in place, remembers the writer's name.
import { completeMentions, insertMention } from "./mention.js";

const NAME = "troupe.name";

/** A form that works without leaving the page. */
export class Box {
  #form;
  #name;
  #text;
  #tell;
  // Where the form stands when it is not under a post, and what it replied to when the page came.
  #home = document.createComment("the box");
  #usual;
  // What was pressed to reply; null when the form stands at home.
  #opener = null;
  #isSending = false;

  /** `tell` says something to whoever cannot see it. */
  constructor(form, tell) {
    this.#form = form;
    this.#tell = tell;
    this.#name = form.elements.namedItem("name");
    this.#text = form.elements.namedItem("text");
    const replying = form.querySelector(".replying");
    this.#usual = { replyTo: this.#replyTo.value, label: replying.innerHTML, isHidden: replying.hidden };
    form.before(this.#home);
    if (this.#name.value === "") this.#name.value = remembered();
    completeMentions(this.#text);
    this.#hear();
    this.#count();
  }

  /** Brings the form back to its place, as it was when the page came, but with the text in it. */
  goHome() {
    this.#opener = null;
    // A form that is moved loses the keyboard, even when it comes to stand where it stood.
    if (this.#home.nextSibling !== this.#form) this.#home.after(this.#form);
    this.#replyTo.value = this.#usual.replyTo;
    const replying = this.#form.querySelector(".replying");
    replying.innerHTML = this.#usual.label;
    replying.hidden = this.#usual.isHidden;
    this.#showFault("", null);
  }

  get #replyTo() {
    return this.#form.elements.namedItem("replyTo");
  }

  #hear() {
    const form = this.#form;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send();
    });
    this.#text.addEventListener("input", () => this.#count());
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "Escape" && this.#opener !== null) {
        this.#cancel();
      }
    });
    document.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      const link = event.target.closest("[data-reply], [data-mention], [data-cancel]");
      if (link !== null) this.#press(event, link);
    });
  }

  #press(event, link) {
    const isOfPage = link.hasAttribute("data-cancel") && this.#opener === null && this.#usual.replyTo !== "";
    if (isOfPage) return;
    event.preventDefault();
    if (link.hasAttribute("data-reply")) this.#reply(link.closest(".post"), link);
    else if (link.hasAttribute("data-mention")) insertMention(this.#text, link.dataset.mention);
    else this.#cancel();
  }

  #reply(post, opener) {
    this.#opener = opener;
    post.append(this.#form);
    this.#replyTo.value = post.dataset.id;
    const replying = this.#form.querySelector(".replying");
    replying.querySelector("b").textContent = post.dataset.name;
    replying.querySelector("q").textContent = post.querySelector(".text").textContent.slice(0, 160);
    replying.hidden = false;
    (this.#name.value === "" ? this.#name : this.#text).focus();
  }

  #cancel() {
    const opener = this.#opener;
    this.goHome();
    if (opener?.isConnected) opener.focus();
    else this.#text.focus();
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    const form = this.#form;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      const said = await answer.json();
      if (answer.ok) this.#sent(said.id);
      else this.#showFault(said.error.message, said.error.field === "name" ? this.#name : this.#text);
    } catch {
      this.#showFault("The house cannot be reached; your text is still here. Try again in a moment.", this.#text);
    } finally {
      this.#isSending = false;
    }
  }

  #sent(id) {
    const wasReply = this.#opener !== null;
    // Whoever went elsewhere while it was sent is not called back.
    const isHere = document.activeElement === document.body || this.#form.contains(document.activeElement);
    remember(this.#name.value);
    this.#text.value = "";
    this.#form.elements.namedItem("key").value = newKey();
    this.#count();
    this.goHome();
    // What was posted comes into view by itself.
    if (isHere) this.#text.focus({ preventScroll: wasReply });
    this.#tell(wasReply ? "Your reply is up." : "Your post is up.");
    this.#form.dispatchEvent(new CustomEvent("posted", { bubbles: true, detail: { id } }));
  }

  #showFault(why, about) {
    const fault = this.#form.querySelector(".fault");
    fault.textContent = why;
    fault.hidden = why === "";
    for (const input of [this.#name, this.#text]) {
      const isWrong = why !== "" && input === about;
      if (isWrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      if (isWrong) input.setAttribute("aria-describedby", fault.id);
      else input.removeAttribute("aria-describedby");
    }
    if (why !== "") about.focus();
  }

  #count() {
    const hint = this.#form.querySelector(".hint");
    const charsMax = Number(this.#text.dataset.charsMax);
    const left = charsMax - this.#text.value.length;
    const isShort = left > charsMax / 5;
    hint.classList.toggle("is-usual", isShort);
    hint.textContent = isShort
      ? "Ctrl + Enter"
      : left >= 0
        ? `${left} characters left`
        : `${-left} characters too many`;
    hint.classList.toggle("is-over", left < 0);
  }
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Storage may be forbidden; then the name is simply not remembered.
function remembered() {
  try {
    return localStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

function remember(name) {
  try {
    localStorage.setItem(NAME, name);
  } catch {
    // Not remembered.
  }
}
