// The keys of a call. What is typed is read by the server; here only the way around the screen.
"use strict";
const intake = $("#intake");

// Alt and a letter goes to its field, whatever is being typed; Alt and a digit takes what it names.
const isText = (field) => field?.matches?.("input:not([type=radio]):not([type=checkbox]), textarea");
function goTo(mark) {
  if (mark.matches("button, summary")) {
    mark.click();
    mark.focus();
    return;
  }
  if (mark.matches("[type=checkbox]")) {
    mark.click();
    mark.focus();
    return;
  }
  if (!mark.matches("input, select, textarea")) mark = $("input:checked, input, select, textarea", mark) || mark;
  mark.focus();
  if (isText(mark)) mark.select?.();
}
function digit(pressed) {
  const near = document.activeElement?.closest("[data-digits]");
  const numbered = `[data-digit="${pressed}"]:not([data-inserts])`;
  const mine = near && $(numbered, near);
  const suggested = $(`#suggestions [aria-keyshortcuts="Alt+${pressed}"]`);
  const choice = $(`.one-key ${numbered}`);
  const found = mine || choice || suggested || $(numbered);
  found?.click();
  return Boolean(found);
}
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
  const mark = key && $(`[data-key="${key}"]`);
  const pressed = event.code.startsWith("Digit") && event.code.slice(5);
  if (mark) {
    event.preventDefault();
    goTo(mark);
  } else if (pressed && digit(pressed)) event.preventDefault();
});

// Enter goes on; only Ctrl and Enter saves, so that half a matter is never sent.
intake?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    $("#suggestions")?.replaceChildren();
    return;
  }
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (!event.target.matches("input, select") || event.target.matches("[data-filters]")) return;
  event.preventDefault();
  const way = all("input:not([type=hidden]), select, textarea, .actions .btn", intake).filter(
    (one) => one.offsetParent && !one.disabled && (one.type !== "radio" || one.checked),
  );
  way[way.indexOf(event.target) + 1]?.focus();
});

// A suggestion is a service chosen.
document.addEventListener("click", (event) => {
  const picked = event.target.closest("[data-suggests]");
  if (!picked) return;
  const radio = $(`#services input[value="${CSS.escape(picked.dataset.suggests)}"]`);
  for (const other of all("[data-suggests]")) other.setAttribute("aria-pressed", String(other === picked));
  if (!radio) return;
  radio.checked = true;
  radio.closest("label").scrollIntoView({ block: "nearest" });
  radio.dispatchEvent(new Event("change", { bubbles: true }));
});

// Whom the card names stands in the fields, unless somebody wrote something else there.
function prefill(name, value) {
  const field = document.getElementById(name);
  if (!field || (field.value && field.value !== field.dataset.filled)) return;
  field.value = value || "";
  field.dataset.filled = field.value;
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "caller") {
    const card = $(".caller", event.target);
    prefill("name", card?.dataset.name);
    prefill("address", card?.dataset.address);
    htmx.trigger("#outages", "told");
    // What the premises tell of the facts, and whether the matter is known already.
    if ($("#services input:checked")) htmx.trigger("#services", "change");
  }
  number();
});
document.addEventListener("change", (event) => {
  if (event.target.name === "location") {
    prefill("address", event.target.dataset.address);
    htmx.trigger("#services", "change");
  }
});

// The few choices of an emergency have a key each.
function number() {
  all(".one-key input[type=radio]")
    .filter((one) => one.value)
    .slice(0, 9)
    .forEach((one, index) => {
      if (one.dataset.digit) return;
      one.dataset.digit = String(index + 1);
      one.setAttribute("aria-keyshortcuts", `Alt+${index + 1}`);
      const hint = document.createElement("kbd");
      hint.textContent = `Alt ${index + 1}`;
      hint.setAttribute("aria-hidden", "true");
      one.after(hint);
    });
}
number();

// What is answered while the questions of a service are on their way stays: the server knew only
// what stood there when it was asked.
const answered = new Map();
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.name || !field.closest("#service-facts, #notify")) return;
  const several = all(`#intake [name="${CSS.escape(field.name)}"]`);
  answered.set(
    field.name,
    field.matches("[type=radio], [type=checkbox]")
      ? several.filter((one) => one.checked).map((one) => one.value)
      : field.value,
  );
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "service-facts" && event.target.id !== "notify") return;
  for (const [name, given] of answered) {
    for (const field of all(`#intake [name="${CSS.escape(name)}"]`)) {
      if (Array.isArray(given)) field.checked = given.includes(field.value);
      else field.value = given;
    }
  }
});
