// Every cell knows what its column is called: on a telephone a line is a card (phone.css).
// On a narrow screen the ways to narrow a queue are folded away; what is chosen stays open.
"use strict";
(() => {
  // What stands in two lines of a head is two words: Deducted, yuan.
  const named = (cell) =>
    [...cell.childNodes]
      .map((part) => part.textContent.trim())
      .filter(Boolean)
      .join(chinese ? "" : " ");
  const names = (table) => {
    const found = [];
    const head = [...(table.tHead?.rows ?? [])].pop();
    for (const cell of head?.cells ?? []) for (let n = 0; n < cell.colSpan; n += 1) found.push(named(cell));
    return found;
  };
  function label(table) {
    const columns = names(table);
    if (!columns.length) return;
    for (const row of table.querySelectorAll("tbody > tr, tfoot > tr")) {
      let at = 0;
      for (const cell of row.cells) {
        if (cell.matches("td") && columns[at] && cell.dataset.label !== columns[at]) cell.dataset.label = columns[at];
        if (!cell.textContent.trim() && !cell.querySelector("input, select, svg, img, meter")) cell.dataset.blank = "";
        at += cell.colSpan;
      }
    }
  }
  const every = () => document.querySelectorAll("table.lines").forEach(label);
  every();
  let asked = false;
  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      every();
    });
  }).observe(document.body, { childList: true, subtree: true });
  if (matchMedia("(max-width: 700px)").matches)
    for (const facet of document.querySelectorAll(".facets > details"))
      facet.open = Boolean(facet.querySelector("summary .tag"));
})();
