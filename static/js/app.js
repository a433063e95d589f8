// What makes pages quicker to use. Every page works without it.
"use strict";

const all = (selector, root = document) => root.querySelectorAll(selector);
const html = document.documentElement;

// The reader's time zone (banibs/web/time_zone.py); a page of no origin has no cookies.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && origin !== "null" && !document.cookie.split("; ").includes(`time_zone=${zone}`)) {
  document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

// Toasts: Django's messages, or an HX-Trigger "toast".
const toasts = document.getElementById("toasts");

function watchToast(toast) {
  if (!toast.classList.contains("bad")) setTimeout(() => toast.remove(), 6000);
}

document.body.addEventListener("toast", ({ detail: { text, tone = "ok", href, label } }) => {
  const template = document.getElementById("toast-template");
  if (!toasts || !template) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.classList.add(tone);
  toast.querySelector("[data-text]").textContent = text;
  const link = toast.querySelector("a");
  if (href) { link.href = href; link.textContent = label; } else link.remove();
  toasts.append(toast);
  watchToast(toast);
});

if (toasts) all(".toast", toasts).forEach(watchToast);

// Clicks.
const actions = {
  dismiss: (button) => button.closest(".toast").remove(),
  open: (button) => document.getElementById(button.dataset.target).showModal(),
  close: (button) => button.closest("dialog").close(),
  copy: async (button) => {
    const field = document.getElementById(button.dataset.target);
    await navigator.clipboard.writeText(field.value);
    const label = button.querySelector("[data-label]");
    const before = label.textContent;
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2000);
  },
  print: () => print(),
  reveal: (button) => {
    const field = button.previousElementSibling;
    const hidden = field.type !== "text";
    field.type = hidden ? "text" : "password";
    button.ariaPressed = hidden;
  },
  step: (button) => {
    const input = button.parentElement.querySelector("input");
    input[button.dataset.by > 0 ? "stepUp" : "stepDown"]();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) {
    event.preventDefault();
    actions[button.dataset.action](button);
  } else if (event.target instanceof HTMLDialogElement && !event.target.dataset.dirty) {
    event.target.close();
  }
});

// Controls that need script are rendered hidden.
const wake = (root) => all("[data-script]", root).forEach((element) => { element.hidden = false; });
wake(document);
document.body.addEventListener("htmx:load", (event) => wake(event.detail.elt));

// A page loaded into the drawer opens it.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const drawer = event.detail.target.closest("dialog");
  if (drawer && !drawer.open) drawer.showModal();
});

// A pressed button says what is happening, and is pressed once.
document.addEventListener("input", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog) dialog.dataset.dirty = "1";
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  const button = event.submitter;
  if (!button || !button.dataset.pending || form.matches("[hx-post], [hx-get]")) return;
  form.dataset.sent = "1";
  button.dataset.before = button.innerHTML;
  button.style.minWidth = `${button.offsetWidth}px`;
  setTimeout(() => {
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.pending;
  }, 0);
});

// Back from the next page.
addEventListener("pageshow", () => {
  all("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  all("[data-before]").forEach((button) => {
    button.innerHTML = button.dataset.before;
    delete button.dataset.before;
    button.removeAttribute("aria-disabled");
  });
});

// A choice that is the whole form is sent when made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form) form.requestSubmit();
});
all("form[data-auto] [data-without-script]").forEach((button) => { button.hidden = true; });

// A menu that scrolls sideways shows where one is.
all(".sidenav ul, .tabs, .category-nav").forEach((bar) => {
  const here = bar.querySelector("[aria-current]");
  if (here && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft - bar.offsetLeft - 24;
});

// Keys.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.getElementById("q");
  if (search) { event.preventDefault(); search.focus(); }
});

html.classList.add("js");
