// The box to post from: posts without leaving the page, replies in place, remembers the writer's name.
import { completeMentions, insertMention } from "./mention.js";

const NAME = "troupe.name";

/** Makes the box work without leaving the page. `tell` says something to whoever cannot see it. */
export function openBox(form, tell) {
  const field = (name) => form.elements.namedItem(name);
  const [name, text, replyTo, key] = ["name", "text", "replyTo", "key"].map(field);
  const fault = form.querySelector(".fault");
  const replying = form.querySelector(".replying");
  const hint = form.querySelector(".hint");
  const button = form.querySelector("button[type=submit]");
  const usualHint = hint.textContent;
  const charsMax = Number(text.dataset.charsMax);
  // Where the box stands when it is not under a post, and what stood in "reply to" when the page came.
  const home = document.createComment("the box");
  form.before(home);
  const usual = { replyTo: replyTo.value, label: replying.innerHTML, hidden: replying.hidden };
  let opener = null;

  if (name.value === "") name.value = remembered();
  completeMentions(text);

  const showFault = (why, about) => {
    fault.textContent = why;
    fault.hidden = why === "";
    for (const input of [name, text]) {
      const isWrong = why !== "" && input === about;
      input.toggleAttribute("aria-invalid", false);
      if (isWrong) input.setAttribute("aria-invalid", "true");
      if (isWrong) input.setAttribute("aria-describedby", fault.id);
      else input.removeAttribute("aria-describedby");
    }
    if (why !== "") about?.focus();
  };

  const goHome = () => {
    home.after(form);
    replyTo.value = usual.replyTo;
    replying.innerHTML = usual.label;
    replying.hidden = usual.hidden;
    showFault("", null);
  };

  const cancel = () => {
    const back = opener;
    opener = null;
    goHome();
    if (back?.isConnected) back.focus();
    else text.focus();
  };

  const reply = (post, from) => {
    opener = from;
    post.append(form);
    replyTo.value = post.dataset.id;
    replying.querySelector("b").textContent = post.dataset.name;
    replying.querySelector("q").textContent = post.querySelector(".text").textContent.slice(0, 160);
    replying.hidden = false;
    (name.value === "" ? name : text).focus();
  };

  const count = () => {
    const left = charsMax - text.value.length;
    hint.textContent = left > charsMax / 5 ? usualHint : left >= 0 ? `${left} characters left` : `${-left} characters too many`;
    hint.classList.toggle("is-over", left < 0);
  };

  const send = async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      const said = await answer.json();
      if (!answer.ok) {
        showFault(said.error.message, said.error.field === "name" ? name : text);
        return;
      }
      remember(name.value);
      text.value = "";
      key.value = newKey();
      count();
      const wasReply = opener !== null;
      opener = null;
      goHome();
      tell(wasReply ? "Your reply is up." : "Your post is up.");
      form.dispatchEvent(new CustomEvent("posted", { bubbles: true, detail: { id: said.id, wasReply } }));
    } catch {
      showFault("The house cannot be reached; your text is still here. Try again in a moment.", text);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  text.addEventListener("input", count);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape" && opener !== null) {
      cancel();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target.closest("[data-reply], [data-mention], [data-cancel]");
    if (link === null) return;
    event.preventDefault();
    if (link.hasAttribute("data-reply")) reply(link.closest(".post"), link);
    else if (link.hasAttribute("data-mention")) insertMention(text, link.dataset.mention);
    else if (opener !== null || usual.replyTo === "") cancel();
    else location.assign(link.href);
  });

  return {
    /** Brings the box back to its place before the posts around it are replaced. */
    goHome,
    /** Whether somebody is writing a reply under `post`. */
    isUnder: (post) => post.contains(form),
  };
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
