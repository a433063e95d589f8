/* Inside the frame: holds the card, speaks to the shop's page by messages, and to the API by itself. */
"use strict";

(() => {
  const root = document.getElementById("frame");
  const { parent: shop, key } = root.dataset;
  const fields = CardFields.attach(root);
  const tell = (message) => window.parent.postMessage({ localStripe: 1, ...message }, shop || "*");

  function flat(value, name, into) {
    if (value === undefined || value === null) return into;
    if (typeof value === "object") for (const part of Object.keys(value)) flat(value[part], name ? `${name}[${part}]` : part, into);
    else into.append(name, value);
    return into;
  }

  async function call(path, params, account) {
    const headers = { Authorization: `Bearer ${key}`, ...(account ? { "Stripe-Account": account } : {}) };
    try {
      const answer = await fetch(path, { method: "POST", headers, body: flat(params, "", new URLSearchParams()) });
      return await answer.json();
    } catch {
      return { error: { type: "api_connection_error", message: "We could not reach the payment service. Check your connection and try again." } };
    }
  }

  const methodData = (billing) => ({ type: "card", card: fields.card(), billing_details: billing });

  const answers = {
    check: () => ({ error: fields.check({ focus: true }) }),
    async confirm({ path, clientSecret, params, billing, account }) {
      const wrong = fields.check({ focus: true });
      if (wrong) return { error: wrong };
      const body = await call(path, { ...params, client_secret: clientSecret, payment_method_data: methodData(billing) }, account);
      if (body.error && body.error.type === "card_error") fields.show(body.error.message, body.error.param);
      return body.error ? { error: body.error } : { intent: body };
    },
    theme: ({ theme }) => { if (theme) document.documentElement.dataset.theme = theme; else delete document.documentElement.dataset.theme; },
    clear: () => fields.clear(),
    focus: () => fields.focus(),
    blur: () => fields.blur(),
  };

  window.addEventListener("message", async (event) => {
    if (event.source !== window.parent || event.origin !== shop) return;
    const { localStripe, id, act, with: given } = event.data || {};
    if (!localStripe || !Object.hasOwn(answers, act)) return;
    tell({ answer: id, value: await answers[act](given || {}) });
  });

  root.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["change", "focus", "blur", "enter"]) fields.on(name, (value) => tell({ event: name, value }));
  const measure = () => tell({ event: "resize", value: { height: Math.ceil(root.getBoundingClientRect().height) } });
  new ResizeObserver(measure).observe(root);
  window.addEventListener("resize", measure);  // the shop's page may have set a height of its own meanwhile
  window.addEventListener("pageshow", measure);
  if (document.fonts) document.fonts.ready.then(measure);
  tell({ event: "ready" });
})();
