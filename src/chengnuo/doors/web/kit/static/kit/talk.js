// Prescribed words: copied, or put where one was writing.
"use strict";
let lastField = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) lastField = event.target;
});
function whereOneWrites() {
  const within = $("dialog[open]") || document;
  return lastField?.isConnected && within.contains(lastField) ? lastField : $("textarea", within);
}
async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Without https a browser gives no clipboard; the old way still works.
    const carrier = document.createElement("textarea");
    carrier.value = words;
    document.body.append(carrier);
    carrier.select();
    document.execCommand("copy");
    carrier.remove();
  }
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies], [data-inserts]");
  if (!button) return;
  const words = $(".spoken", button.closest(".script")).textContent;
  if (button.hasAttribute("data-copies")) {
    await copy(words);
    say(button.dataset.copied);
    return;
  }
  const field = whereOneWrites();
  if (!field) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !event.code.startsWith("Digit")) return;
  const mark = `[data-inserts][data-digit="${event.code.slice(5)}"]`;
  const button = $(mark, $("dialog[open]") || document);
  if (button) {
    event.preventDefault();
    button.click();
  }
});
