// Whether a page fits the window: what a person would have to push sideways for, or never sees.
// `fits(narrow)` gives the faults in words; on the narrow screen also what a thumb misses.

// Elements that reach beyond the window, unless they lie in a box that scrolls by itself, or are
// kept for screen readers alone.
function overflows() {
  const wide = document.documentElement.clientWidth,
    found = [];
  const page = document.documentElement.scrollWidth - wide;
  const inside = (node) => {
    for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
      const flow = getComputedStyle(at).overflowX;
      if (flow === "auto" || flow === "scroll") return at.getBoundingClientRect().right <= wide + 1;
    }
    return false;
  };
  for (const node of document.querySelectorAll("body *")) {
    const box = node.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || (box.right <= wide + 1 && box.left >= -1)) continue;
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (node.closest(".visually-hidden, .skip, svg") || inside(node)) continue;
    found.push(
      `<${node.tagName.toLowerCase()} class="${node.className}"> ${Math.round(box.left)}..${Math.round(box.right)}: ${node.textContent.trim().slice(0, 40)}`,
    );
  }
  if (page > 0) found.unshift(`the page is ${page} px too wide`);
  return found;
}

// What is pressed with a thumb: 44 px, but for links and clauses among words (24, WCAG 2.5.8).
function tooSmall() {
  const found = [];
  const pressed = "button, .btn, summary, select, textarea, input:not([type=hidden])";
  for (const node of document.querySelectorAll(pressed)) {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (node.closest(".visually-hidden, svg")) continue;
    const box = (
      (node.matches("[type=radio], [type=checkbox]") && node.closest("label")) ||
      node
    ).getBoundingClientRect();
    const least = node.matches(".link, [type=checkbox], [type=radio]") ? 24 : 43.5;
    if (box.width < 2 || box.height >= least) continue;
    found.push(`${Math.round(box.height)} px: ${node.outerHTML.slice(0, 90)}`);
  }
  return found;
}

// Lines of a table lie as cards on a telephone: every cell that says something tells its column.
function unnamed() {
  const found = [];
  for (const table of document.querySelectorAll("table.lines")) {
    const heads = [...(table.tHead?.rows ?? [])].pop()?.cells ?? [];
    for (const row of table.querySelectorAll("tbody > tr")) {
      if (row.cells.length !== heads.length) continue;
      [...row.cells].forEach((cell, at) => {
        const name = heads[at].textContent.trim();
        if (name && cell.matches("td") && cell.dataset.label !== name)
          found.push(`${name}: ${cell.textContent.trim().slice(0, 30)}`);
      });
    }
  }
  return found;
}

// The search in the head shows what is typed, and touches nothing beside it.
function crowded() {
  const find = document.querySelector(".bar #find"),
    found = [];
  if (!find?.checkVisibility()) return found; // paper has no search
  const box = find.getBoundingClientRect();
  if (box.width < 120) found.push(`the search in the head is ${Math.round(box.width)} px wide`);
  const parts = [...document.querySelectorAll(".bar > *, .bar #find")];
  for (const one of parts)
    for (const other of parts) {
      if (one === other || one.contains(other) || other.contains(one)) continue;
      const a = one.getBoundingClientRect(),
        b = other.getBoundingClientRect();
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (across > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        found.push(`the head: ${one.className} lies over ${other.className}`);
    }
  return found;
}

function fits(narrow) {
  const wide = [...overflows(), ...crowded()];
  if (!narrow) return wide;
  return [
    ...wide,
    ...tooSmall().map((what) => `too small: ${what}`),
    ...unnamed().map((what) => `column without a name: ${what}`),
  ];
}
