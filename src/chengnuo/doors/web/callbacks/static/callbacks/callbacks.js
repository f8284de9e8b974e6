// The keys of the call sheet. No rule lives here: a key presses what stands on the sheet.
"use strict";
(() => {
  const sheet = document.querySelector(".call");
  const typing = (target) => target.matches("input, textarea, select");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "c") {
      document.querySelector("[data-call-next]")?.click();
      return;
    }
    if (event.key === "t") {
      event.target.closest("tr")?.querySelector("[data-take]")?.click();
      return;
    }
    const pressed = sheet?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!pressed) return;
    event.preventDefault();
    const at = sheet.querySelector("#again-at");
    if (pressed.value === "call_later" && !at.value) at.focus();
    else pressed.click();
  });
  // Enter in the agreed time means that time, not the first button of the form.
  sheet?.querySelector(".outcome")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("#again-at, #call-note")) return;
    event.preventDefault();
    if (sheet.querySelector("#again-at").value) sheet.querySelector('[value="call_later"]').click();
  });
  if (sheet) {
    // What is wrong first; then what is asked; then whom one calls.
    const places = [
      ".bad :is(input, textarea, select)",
      ".pack-form input:not([type=hidden])",
      ".again-wrong #again-at",
      "#call-title",
    ];
    const place = places.map((where) => sheet.querySelector(where)).find(Boolean);
    place.focus({ preventScroll: !place.closest(".bad") });
    document.querySelector(".call-lines tr.current")?.scrollIntoView({ block: "nearest" });
  }
})();
