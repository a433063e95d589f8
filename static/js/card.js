// Stripe's card fields on our page.
"use strict";

const form = document.getElementById("card-form");
const fields = document.getElementById("card-fields");
const problem = document.getElementById("card-error");
const button = document.getElementById("card-pay");
const ready = button.innerHTML;
const other = document.getElementById("other-card"); // where cards are saved
let loaded = false;

function say(text) {
  problem.querySelector("span").textContent = text;
  problem.hidden = !text;
}

function busy(on) {
  button.disabled = on;
  if (on) button.textContent = form.dataset.pending;
  else button.innerHTML = ready;
}

const night = matchMedia("(prefers-color-scheme: dark)");

function theme() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : night.matches;
  return { theme: dark ? "night" : "stripe" };
}

function start() {
  const stripe = Stripe(form.dataset.key);
  const elements = stripe.elements({ clientSecret: form.dataset.secret, appearance: theme() });
  const card = elements.create("payment");
  const words = [...fields.childNodes];
  const place = document.createElement("div");
  fields.append(place);
  card.mount(place);
  card.on("ready", () => {
    for (const one of words) one.remove();
    loaded = true;
    button.disabled = false;
  });
  night.addEventListener("change", () => elements.update({ appearance: theme() }));
  card.on("change", () => say(""));
  return async () => {
    if (button.disabled) return;
    busy(true);
    say("");
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: form.dataset.return } });
    if (error) {
      // What was typed wrongly was sent nowhere.
      say(error.type === "validation_error" ? error.message : `${error.message} ${form.dataset.safe}`);
      busy(false);
    }
  };
}

const byNewCard = () => !other || other.checked;
let pay = null; // made once

function choose() {
  fields.hidden = !byNewCard();
  say("");
  if (!byNewCard()) { button.disabled = false; return; }
  button.disabled = !loaded;
  if (pay) return;
  if (typeof Stripe === "function") pay = start();
  else say(form.dataset.failed);
}

form.addEventListener("submit", (event) => {
  if (byNewCard()) { event.preventDefault(); if (pay) pay(); return; }
  if (button.disabled) { event.preventDefault(); return; }
  busy(true);
});
window.addEventListener("pageshow", (event) => { if (event.persisted) { busy(false); choose(); } });
form.addEventListener("change", (event) => { if (event.target.name === "card") choose(); });
choose();
