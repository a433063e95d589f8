// Stripe's card fields on our page. What is typed there goes to Stripe alone; we get a yes, a no, or the bank's question.
"use strict";

const form = document.getElementById("card-form");
const fields = document.getElementById("card-fields");
const problem = document.getElementById("card-error");
const button = document.getElementById("card-pay"); // no data-pending of its own: this form never leaves the page, and may be sent again
const ready = button.innerHTML;

function say(text) {
  problem.querySelector("span").textContent = text;
  problem.hidden = !text;
}

function busy(on) {
  button.disabled = on;
  if (on) button.textContent = form.dataset.pending;
  else button.innerHTML = ready;
}

function theme() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return { theme: dark ? "night" : "stripe" };
}

function start() {
  const stripe = Stripe(form.dataset.key);
  const elements = stripe.elements({ clientSecret: form.dataset.secret, appearance: theme() });
  const card = elements.create("payment");
  fields.replaceChildren();
  card.mount(fields);
  card.on("ready", () => { button.disabled = false; });
  card.on("change", () => say(""));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    busy(true);
    say("");
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: form.dataset.return } });
    if (error) {
      say(error.message);
      busy(false);
    }
  });
}

if (typeof Stripe === "function") start();
else say(form.dataset.failed);
