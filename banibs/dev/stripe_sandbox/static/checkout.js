/* The hosted payment page: what was typed stays when the bank says no. Without this script the form is sent as usual. */
"use strict";

(() => {
  const form = document.getElementById("pay-form");
  const fields = form.querySelector("#number") ? CardFields.attach(form) : null;
  const button = form.querySelector("button[type=submit]"), label = button.querySelector("span");
  const said = label.textContent;

  const busy = (on) => { button.disabled = on; button.setAttribute("aria-busy", String(on)); label.textContent = on ? "Processing" : said; };

  function mark(name, text) {
    const input = form.elements.namedItem(name), error = document.getElementById(`${name}-error`);
    if (!input || !error) return;
    input.setAttribute("aria-invalid", String(Boolean(text)));
    error.hidden = !text;
    error.querySelector("span").textContent = text || "";
  }

  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const name of ["email", "name"]) mark(name, "");
    const email = form.elements.namedItem("email"), name = form.elements.namedItem("name");
    if (email && !email.checkValidity()) { mark("email", "Enter your email address, for the receipt."); email.focus(); return; }
    const how = event.submitter && event.submitter.name === "debit" ? event.submitter : null;
    if (!how && fields && fields.check({ focus: true })) return;
    if (name && !name.value.trim()) { mark("name", "Enter the name on the card."); name.focus(); return; }
    busy(true);
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form, how)) });
      const body = await answer.json();
      if (body.url) { window.location.assign(body.url); return; }
      if (body.field === "email" || body.field === "name") mark(body.field, body.message);
      else fields.show(body.message, body.field);
    } catch {
      fields.show("We could not reach the payment service. Check your connection and try again.");
    }
    busy(false);
  });
})();
