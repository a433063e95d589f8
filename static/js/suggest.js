// The list under the search field: arrow keys walk it, Enter opens what is chosen, Escape closes it.
"use strict";

(() => {
  const field = document.getElementById("q");
  const list = document.getElementById("suggestions");
  if (!field || !list) return;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  field.role = "combobox";
  field.ariaAutoComplete = "list";

  function tell() {
    field.ariaExpanded = options().length > 0;
    const one = chosen();
    if (one) field.setAttribute("aria-activedescendant", one.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function choose(one) {
    options().forEach((option) => option.ariaSelected = option === one);
    tell();
  }

  function close() {
    list.replaceChildren();
    tell();
  }

  tell();
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (one) location.assign(one.dataset.url);
  });
  list.addEventListener("htmx:afterSwap", tell);
  document.addEventListener("click", (event) => { if (!field.form.contains(event.target)) close(); });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) setTimeout(close, 150); // a click on a suggestion comes first
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "Escape" && all.length) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(at + step + all.length) % all.length] ?? all[step > 0 ? 0 : all.length - 1]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(all[at].dataset.url);
    }
  });
})();
