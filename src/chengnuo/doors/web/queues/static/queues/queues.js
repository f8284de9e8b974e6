// Ticking lines (with shift: all between), and handing many over with their progress.
"use strict";
(() => {
  const form = document.getElementById("bulk");
  if (!form) return;
  const AT_ONCE = 10;
  const boxes = () => [...form.querySelectorAll("input[name=case]")];
  const ticked = () => boxes().filter((box) => box.checked);
  const bar = form.querySelector("[data-bulk]");
  const number = form.querySelector("[data-number]");
  const every = form.querySelector("[data-all]");
  const none = number.textContent;
  // By its number: the line itself may be renewed between two clicks (live.js).
  const caseOf = (box) => box.value.split(":")[0];
  let last = "";

  // A line that changed while it was ticked (live.js): unticked, it is what it is now.
  function takeUp(box) {
    box.value = box.dataset.fresh;
    delete box.dataset.fresh;
    box.closest("tr").classList.remove("moved");
    if (!form.querySelector("tr.moved")) form.querySelector("[data-moved]").hidden = true;
  }
  function count() {
    for (const box of boxes()) if (!box.checked && box.dataset.fresh) takeUp(box);
    const n = ticked().length;
    number.textContent = n ? form.dataset.ticked.replace("{n}", n) : none;
    bar.classList.toggle("on", n > 0);
    every.checked = n > 0 && n === boxes().length;
    every.indeterminate = n > 0 && n < boxes().length;
  }
  form.addEventListener("click", (event) => {
    if (event.target === every) {
      for (const box of boxes()) box.checked = every.checked;
      count();
      return;
    }
    if (event.target.name !== "case") return;
    const all = boxes(),
      at = all.indexOf(event.target),
      from = all.findIndex((box) => caseOf(box) === last);
    if (event.shiftKey && from >= 0)
      for (const box of all.slice(Math.min(at, from), Math.max(at, from) + 1)) box.checked = event.target.checked;
    last = caseOf(event.target);
    count();
  });
  document.addEventListener("keydown", (event) => {
    if (
      event.key !== "x" ||
      event.ctrlKey ||
      event.metaKey ||
      event.target.matches("input:not([type=checkbox]), select, textarea")
    )
      return;
    const box = document.activeElement.closest?.("#bulk tbody tr")?.querySelector("input[name=case]");
    if (box) {
      box.checked = !box.checked;
      last = caseOf(box);
      count();
    }
  });

  // A few go in one request; of many, ten at a time, and each outcome is shown as it comes.
  form.addEventListener("submit", async (event) => {
    const values = ticked().map((box) => box.value);
    if (values.length <= AT_ONCE || form.dataset.handing) {
      if (form.dataset.handing) event.preventDefault();
      return;
    }
    event.preventDefault();
    form.dataset.handing = "1";
    const done = document.getElementById("bulk-done");
    const [progress, rows, told] = ["progress", "tbody", "[data-count]"].map((s) => done.querySelector(s));
    form.hidden = true;
    done.hidden = false;
    progress.max = values.length;
    for (let at = 0; at < values.length; at += AT_ONCE) {
      const data = new FormData(form);
      data.delete("case");
      for (const value of values.slice(at, at + AT_ONCE)) data.append("case", value);
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body: new URLSearchParams(data),
          headers: { "HX-Request": "true" },
        });
        if (!answer.ok) throw new Error(answer.status);
        rows.insertAdjacentHTML("beforeend", await answer.text());
      } catch {
        document.getElementById("toast").textContent = document.getElementById("toast").dataset.away;
        break;
      }
      progress.value = Math.min(at + AT_ONCE, values.length);
      told.textContent = `${rows.querySelectorAll('[data-went="1"]').length} / ${values.length}`;
    }
  });
  form.addEventListener("renewed", count);
  addEventListener("pageshow", count);
  count();
})();
