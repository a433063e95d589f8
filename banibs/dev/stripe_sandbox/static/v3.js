/* BANIBS's local Stripe.js: the same calls as https://js.stripe.com/v3/, as far as BANIBS uses them.
   Card data is typed in a frame of the local Stripe's own origin and never reaches this page. No inline style or
   script is written: positions are set on the elements, which a strict Content-Security-Policy allows. */
(() => {
  "use strict";

  const ORIGIN = new URL(document.currentScript.src).origin;
  const TITLE = "Secure card payment";
  const THEMES = { stripe: "light", flat: "light", night: "dark" };
  const FAILED = { type: "api_connection_error", message: "We could not reach the payment service. Check your connection and try again." };

  function flat(value, name, into) {
    if (value === undefined || value === null) return into;
    if (typeof value === "object") for (const part of Object.keys(value)) flat(value[part], name ? `${name}[${part}]` : part, into);
    else into.append(name, value);
    return into;
  }

  const idOf = (secret) => secret.split("_secret_")[0];
  const pathOf = (secret) => `/v1/payment_intents/${idOf(secret)}`;
  const resultOf = (intent) => ({ paymentIntent: intent });
  const dress = (node, look) => Object.assign(node.style, look);
  const themeOf = (appearance) => THEMES[(appearance || {}).theme] || "";

  function Stripe(key, options) {
    if (!/^pk_/.test(key || "")) throw new Error("Stripe() needs a publishable key: pk_…");
    const account = (options || {}).stripeAccount;

    async function call(method, path, params) {
      const body = flat(params, "", new URLSearchParams());
      const headers = { Authorization: `Bearer ${key}`, ...(account ? { "Stripe-Account": account } : {}) };
      const url = ORIGIN + path + (method === "GET" ? `?${body}` : "");
      try {
        return await (await fetch(url, { method, headers, ...(method === "POST" ? { body } : {}) })).json();
      } catch {
        return { error: FAILED };
      }
    }

    const retrieve = async (secret) => {
      const body = await call("GET", pathOf(secret), { client_secret: secret });
      return body.error ? { error: body.error } : resultOf(body);
    };

    /* The bank's page in a dialog over this one, until it says that it is done. */
    function challenge(url) {
      return new Promise((done) => {
        const dialog = document.createElement("dialog"), frame = document.createElement("iframe");
        dialog.setAttribute("aria-label", "Confirm this payment with your bank");
        dress(dialog, { border: "0", padding: "0", margin: "0", width: "100vw", height: "100dvh", maxWidth: "none", maxHeight: "none", background: "transparent" });
        dress(frame, { border: "0", width: "100%", height: "100%", display: "block" });
        frame.title = "Your bank’s confirmation";
        frame.src = `${url}?frame=1`;
        const finish = () => { window.removeEventListener("message", heard); dialog.remove(); done(); };
        const heard = (event) => {
          if (event.origin === ORIGIN && event.source === frame.contentWindow && event.data && event.data.challenge) finish();
        };
        window.addEventListener("message", heard);
        dialog.addEventListener("cancel", (event) => event.preventDefault());
        dialog.append(frame);
        document.body.append(dialog);
        dialog.showModal();
      });
    }

    const failure = (intent) => intent.last_payment_error;

    /* What comes after a confirmation: the bank's question, if it has one, and then the result. */
    async function settle(intent) {
      const next = intent.next_action;
      if (intent.status === "requires_action" && next) {
        if (next.type === "redirect_to_url") { window.location.assign(next.redirect_to_url.url); return new Promise(() => {}); }
        await challenge(next.use_stripe_sdk.stripe_js);
        const found = await retrieve(intent.client_secret);
        const now = found.paymentIntent;
        if (found.error) return found;
        return failure(now) && now.status === "requires_payment_method" ? { error: { ...failure(now), [now.object]: now } } : resultOf(now);
      }
      return resultOf(intent);
    }

    function leave(result, returnUrl) {
      const intent = result.paymentIntent, url = new URL(returnUrl);
      url.searchParams.set(intent.object, intent.id);
      url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret);
      url.searchParams.set("redirect_status", ["succeeded", "requires_capture", "processing"].includes(intent.status) ? "succeeded" : "failed");
      window.location.assign(url.href);
      return new Promise(() => {});
    }

    async function confirm(given, { secret, redirect }) {
      const { elements, confirmParams = {} } = given;
      const { return_url: returnUrl, payment_method_data: data, ...rest } = confirmParams;
      const clientSecret = secret || given.clientSecret || (elements && elements.clientSecret);
      if (!clientSecret) throw new Error("confirmPayment() needs a clientSecret, or elements that were made with one.");
      if (redirect === "always" && !returnUrl) throw new Error("confirmPayment() needs confirmParams.return_url, or redirect: \"if_required\".");
      const params = { ...rest, return_url: returnUrl, use_stripe_sdk: true };
      let body;
      if (elements && !rest.payment_method) {
        const asked = { path: `${pathOf(clientSecret)}/confirm`, clientSecret, params, billing: (data || {}).billing_details, account };
        body = await elements.ask("confirm", asked);
      } else {
        const answer = await call("POST", `${pathOf(clientSecret)}/confirm`, { ...params, client_secret: clientSecret });
        body = answer.error ? { error: answer.error } : { intent: answer };
      }
      if (body.error) return { error: body.error };
      const result = await settle(body.intent);
      return result.error || redirect !== "always" ? result : leave(result, returnUrl);
    }

    function makeElements(settings) {
      let element = null;
      let appearance = (settings || {}).appearance;
      const elements = {
        clientSecret: (settings || {}).clientSecret,
        ask: (act, given) => {
          if (!element || !element.mounted()) throw new Error("The Payment Element is not on the page.");
          return element.ask(act, given);
        },
        create(type) {
          if (!["payment", "card"].includes(type)) throw new Error(`The local Stripe draws no "${type}" element.`);
          if (element) throw new Error("There is a Payment Element already.");
          element = makeElement(key, themeOf(appearance), () => { element = null; });
          return element.shown;
        },
        getElement: () => (element ? element.shown : null),
        async submit() {
          const { error } = await elements.ask("check");
          return error ? { error } : { selectedPaymentMethod: "card" };
        },
        async fetchUpdates() { return {}; },
        update(changes) {
          if (changes.clientSecret) elements.clientSecret = changes.clientSecret;
          if (changes.appearance) {
            appearance = changes.appearance;
            if (element && element.mounted()) element.theme(themeOf(appearance));
          }
        },
      };
      return elements;
    }

    return {
      elements: makeElements,
      confirmPayment: (given) => confirm(given, { redirect: given.redirect || "always" }),
      retrievePaymentIntent: retrieve,
      async handleNextAction({ clientSecret }) {
        const found = await retrieve(clientSecret);
        return found.error ? found : settle(found.paymentIntent);
      },
    };
  }

  function makeElement(key, firstTheme, forget) {
    const listeners = {}, waiting = new Map();
    let frame = null, place = null, count = 0, theme = firstTheme, woken = () => {}, awake = Promise.resolve();

    const tell = (name, value) => (listeners[name] || []).forEach((act) => act({ elementType: "payment", ...value }));
    function ask(act, given) {
      return new Promise((answer) => {
        count += 1;
        const id = count;
        waiting.set(id, answer);
        // What is said before the frame listens would be lost.
        awake.then(() => { if (frame) frame.contentWindow.postMessage({ localStripe: 1, id, act, with: given }, ORIGIN); });
      });
    }

    function heard(event) {
      if (!frame || event.source !== frame.contentWindow || event.origin !== ORIGIN || !event.data.localStripe) return;
      const { answer, value, event: name } = event.data;
      if (answer) { (waiting.get(answer) || (() => {}))(value || {}); waiting.delete(answer); return; }
      if (name === "ready") woken();
      if (name === "resize") { dress(frame, { height: `${value.height}px` }); return; }
      if (name === "change") tell("change", { empty: value.empty, complete: value.complete, collapsed: false, value: { type: "card" }, brand: value.brand });
      else if (name === "enter") { const form = place.closest("form"); if (form) form.requestSubmit(); }
      else tell(name, {});
    }

    const shown = {
      ask,
      mount(where) {
        place = typeof where === "string" ? document.querySelector(where) : where;
        if (!place) throw new Error(`There is no ${where} to mount the Payment Element on.`);
        awake = new Promise((listens) => { woken = listens; });
        frame = document.createElement("iframe");
        frame.title = TITLE;
        frame.allow = "payment *; publickey-credentials-get *";
        const query = new URLSearchParams({ key, theme, parent: window.location.origin });
        frame.src = `${ORIGIN}/v3/elements/payment?${query}`;
        // No height until the frame tells its own: a guess leaves blank space, most of all when it never loads.
        dress(frame, { border: "0", width: "calc(100% + 8px)", margin: "-4px", height: "0", display: "block", colorScheme: theme || "light dark", background: "transparent" });
        window.addEventListener("message", heard);
        frame.addEventListener("error", () => tell("loaderror", { error: FAILED }));
        place.replaceChildren(frame);
        tell("loaderstart", {});
      },
      unmount() { window.removeEventListener("message", heard); if (frame) frame.remove(); frame = null; },
      destroy() { shown.unmount(); forget(); },
      on(name, act) { (listeners[name] = listeners[name] || []).push(act); return shown; },
      once(name, act) { const wrapped = (value) => { shown.off(name, wrapped); act(value); }; return shown.on(name, wrapped); },
      off(name, act) { listeners[name] = (listeners[name] || []).filter((one) => act && one !== act); return shown; },
      update() {},
      focus() { ask("focus"); },
      blur() { ask("blur"); },
      clear() { ask("clear"); },
      collapse() {},
    };

    return {
      shown,
      ask,
      mounted: () => Boolean(frame),
      theme(next) { theme = next; dress(frame, { colorScheme: next || "light dark" }); ask("theme", { theme: next }); },
    };
  }

  Stripe.version = 3;
  window.Stripe = Stripe;
})();
