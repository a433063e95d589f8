/* The card fields: grouping digits, naming the brand, saying what is wrong. Used in the frame and on the hosted page. */
"use strict";

const CardFields = (() => {
  const BRANDS = [
    [/^3[47]/, "amex", 15, 4], [/^4/, "visa", 16, 3], [/^(5[1-5]|2[2-7])/, "mastercard", 16, 3],
    [/^(6011|65|64[4-9])/, "discover", 16, 3], [/^(30|36|38)/, "diners", 16, 3], [/^35/, "jcb", 16, 3], [/^62/, "unionpay", 16, 3],
  ];
  const WORDS = {
    number: {
      incomplete_number: "Your card number is incomplete.",
      invalid_number: "Your card number is invalid.",
    },
    expiry: {
      incomplete_expiry: "Your card’s expiry date is incomplete.",
      invalid_expiry_year_past: "Your card’s expiry date is in the past.",
      invalid_expiry: "Your card’s expiry date is invalid.",
    },
    cvc: { incomplete_cvc: "Your card’s security code is incomplete." },
  };
  const SERVER = { number: "number", exp_month: "expiry", exp_year: "expiry", cvc: "cvc" };

  const digits = (text) => text.replace(/\D/g, "");
  const brandOf = (number) => BRANDS.find(([pattern]) => pattern.test(number)) || [null, "", 16, 3];
  const luhn = (number) => [...number].reverse().reduce((sum, digit, place) => {
    const value = place % 2 ? 2 * digit : +digit;
    return sum + (value > 9 ? value - 9 : value);
  }, 0) % 10 === 0;

  function attach(root) {
    const field = (name) => root.querySelector(`#${name}`);
    const number = field("number"), expiry = field("expiry"), cvc = field("cvc");
    const error = root.querySelector("#card-error"), brand = root.querySelector("#brand"), secure = root.querySelector("#secure");
    const tryRow = root.querySelector("#try");
    const listeners = { change: [], enter: [], focus: [], blur: [] };
    const tell = (name, value) => listeners[name].forEach((act) => act(value));

    function group(input) {
      const before = digits(input.value.slice(0, input.selectionStart)).length;
      const plain = digits(input.value).slice(0, brandOf(digits(input.value))[2]);
      const sizes = brandOf(plain)[1] === "amex" ? [4, 6, 5] : [4, 4, 4, 4];
      const parts = [];
      let rest = plain;
      for (const size of sizes) { if (rest) { parts.push(rest.slice(0, size)); rest = rest.slice(size); } }
      input.value = parts.join(" ");
      let place = 0, seen = 0;
      while (seen < before && place < input.value.length) { if (/\d/.test(input.value[place])) seen += 1; place += 1; }
      input.setSelectionRange(place, place);
    }

    function date(input, deleting) {
      let plain = digits(input.value).slice(0, 4);
      if (plain.length === 1 && plain > "1") plain = `0${plain}`;
      input.value = plain.length > 2 ? `${plain.slice(0, 2)} / ${plain.slice(2)}` : plain.length === 2 && !deleting ? `${plain} / ` : plain;
    }

    function problem(name) {
      const value = digits(field(name).value);
      if (name === "number") {
        const long = brandOf(value)[2];
        if (value.length < long) return "incomplete_number";
        return luhn(value) ? null : "invalid_number";
      }
      if (name === "expiry") {
        if (value.length < 4) return "incomplete_expiry";
        const month = +value.slice(0, 2), year = 2000 + +value.slice(2), now = new Date();
        if (month < 1 || month > 12) return "invalid_expiry";
        return year * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1 ? "invalid_expiry_year_past" : null;
      }
      return value.length < brandOf(digits(number.value))[3] ? "incomplete_cvc" : null;
    }

    function show(name, said) {
      for (const each of ["number", "expiry", "cvc"]) field(each).setAttribute("aria-invalid", String(Boolean(said) && each === name));
      secure.classList.toggle("wrong", Boolean(said));
      error.querySelector("span").textContent = said || "";
      error.hidden = !said;
    }

    function check({ focus }) {
      for (const name of ["number", "expiry", "cvc"]) {
        const code = problem(name);
        if (code) {
          show(name, WORDS[name][code]);
          if (focus) field(name).focus();
          return { type: "validation_error", code, message: WORDS[name][code] };
        }
      }
      show(null, null);
      return null;
    }

    function changed() {
      const named = brandOf(digits(number.value))[1];
      brand.hidden = !named;
      brand.textContent = named.toUpperCase();
      const empty = ![number, expiry, cvc].some((input) => input.value);
      tell("change", { empty, complete: !["number", "expiry", "cvc"].some(problem), brand: named || "unknown" });
    }

    number.addEventListener("input", () => { group(number); clear("number"); if (!problem("number")) expiry.focus(); changed(); });
    expiry.addEventListener("input", (event) => {
      date(expiry, (event.inputType || "").startsWith("delete"));
      clear("expiry");
      if (!problem("expiry")) cvc.focus();
      changed();
    });
    cvc.addEventListener("input", () => { cvc.value = digits(cvc.value).slice(0, 4); clear("cvc"); changed(); });
    const clear = (name) => { if (field(name).getAttribute("aria-invalid") === "true") show(null, null); };
    for (const name of ["number", "expiry", "cvc"]) {
      field(name).addEventListener("focus", () => tell("focus"));
      field(name).addEventListener("blur", () => {
        tell("blur");
        const code = field(name).value ? problem(name) : null;
        if (code) show(name, WORDS[name][code]);
      });
      field(name).addEventListener("keydown", (event) => { if (event.key === "Enter") tell("enter"); });
    }
    if (tryRow) {
      tryRow.hidden = false;
      tryRow.addEventListener("click", (event) => {
        const chosen = event.target.closest("[data-number]");
        if (!chosen) return;
        number.value = chosen.dataset.number;
        group(number);
        expiry.value = `12 / ${String(new Date().getFullYear() + 2).slice(2)}`;
        cvc.value = "123";
        show(null, null);
        changed();
      });
    }

    return {
      on: (name, act) => listeners[name].push(act),
      check,
      show: (said, param) => show(SERVER[param] || null, said),
      card: () => {
        const until = digits(expiry.value);
        return { number: digits(number.value), exp_month: +until.slice(0, 2), exp_year: 2000 + +until.slice(2), cvc: cvc.value };
      },
      clear: () => { number.value = expiry.value = cvc.value = ""; show(null, null); changed(); },
      focus: () => number.focus(),
      blur: () => document.activeElement && document.activeElement.blur(),
    };
  }

  return { attach };
})();
