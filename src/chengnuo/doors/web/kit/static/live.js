// What others do while a page is open: the case changed, somebody has it open too, new work came.
// Every request says X-Quiet: a page that asks by itself keeps nobody signed in.
"use strict";
(() => {
  const desk = document.body.dataset.live;
  if (!desk) return;
  const OFTEN = 5000,
    SELDOM = 15000,
    HIDDEN = 60000;
  // Who wants to be told is told also while the page lies under others.
  const UNSEEN = notices.wanted ? SELDOM : HIDDEN;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const ask = (address, method = "GET", more = {}) =>
    // A redirect leads to the sign-in page; followed, its HTML would be taken for news.
    fetch(address, { method, redirect: "manual", headers: { "X-Quiet": "1", "X-CSRFToken": token }, ...more }).then(
      (answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer;
      },
    );

  // The same question again: the server says 304 while nothing happened, and null stands for that.
  const tags = new Map();
  async function news(address) {
    const headers = { "X-Quiet": "1", "If-None-Match": tags.get(address) ?? "" };
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", headers });
    if (answer.status === 304) return null;
    if (!answer.ok) throw new Error(answer.status);
    tags.set(address, answer.headers.get("ETag") ?? "");
    return answer.json();
  }

  // Again and again while the page is seen; seldom while it is hidden, slower while nobody answers.
  function again(every, turn, first = every) {
    let wait = every,
      timer;
    async function go() {
      clearTimeout(timer);
      try {
        await turn();
        wait = every;
      } catch {
        // Slower while it fails: a server that comes back is not met by all pages at their full pace.
        wait = Math.min(wait * 2, HIDDEN);
      }
      timer = setTimeout(go, document.hidden ? Math.max(wait, UNSEEN) : wait);
    }
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) go();
    });
    timer = setTimeout(go, first);
    return go;
  }

  // A case, or a form of it.
  const spot = () => (sheet.open && $("[data-live]", sheet)) || $("main [data-live]");
  let at = null;
  const leave = () => {
    // keepalive: the page may be gone before the request is.
    if (at) ask(at, "DELETE", { keepalive: true }).catch(() => {});
    at = null;
  };
  const lookAtCase = again(
    OFTEN,
    async () => {
      const place = spot();
      if (!place) {
        leave();
        return;
      }
      const { live, version, form } = place.dataset;
      at = live;
      const words = await (await ask(`${live}?version=${version}&form=${form}`, "POST")).text();
      if (place.dataset.said !== words) {
        place.dataset.said = words;
        place.innerHTML = words;
      }
    },
    0,
  );
  addEventListener("pagehide", leave);
  sheet.addEventListener("close", () => {
    $("#sheet-body").replaceChildren();
    lookAtCase();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "sheet-body") lookAtCase();
  });
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-reloads]")?.closest("[data-live]");
    if (!place) return;
    if (sheet.contains(place)) htmx.ajax("GET", $("form", sheet).getAttribute("action"), "#sheet-body");
    else location.assign(place.dataset.page);
  });

  // New lines are marked softly, and how many there are is said once.
  const says = $("#live-says");
  const linesOf = (place) => all("[data-line]", place).map((line) => line.dataset.line);
  function mark(place, known) {
    const fresh = all("[data-line]", place).filter((line) => !known.has(line.dataset.line));
    for (const line of fresh) line.classList.add("fresh");
    const late = $("[data-overdue]", place)?.dataset.overdue;
    const words = [
      fresh.length ? says.dataset.fresh.replace("{n}", fresh.length) : "",
      late > 0 ? says.dataset.late.replace("{n}", late) : "",
    ];
    if (fresh.length) says.textContent = words.filter(Boolean).join(" ");
  }
  const rows = $("#rows");
  let known = new Set();
  rows?.addEventListener("htmx:beforeSwap", () => {
    known = new Set(linesOf(rows));
  });
  rows?.addEventListener("htmx:afterSettle", () => mark(rows, known));

  const title = document.title;
  function count(overdue) {
    document.title = overdue ? `(${overdue}) ${title}` : title;
  }
  if (rows) count(Number($("[data-overdue]", rows).dataset.overdue));
  again(
    rows ? OFTEN : SELDOM,
    async () => {
      const told = await news(desk + (rows ? location.search : ""));
      if (told === null) return;
      const bell = $("#unread");
      if (bell.innerHTML !== told.bell) bell.innerHTML = told.bell;
      if (notices.wanted) notices.hear(told.newest, told.unread);
      const unassigned = $("[data-unassigned]");
      if (unassigned) {
        unassigned.hidden = !told.unassigned;
        unassigned.textContent = told.unassigned;
      }
      count(told.overdue);
      if (rows && told.mark !== $("[data-mark]", rows).dataset.mark) htmx.trigger(rows, "desk-changed");
    },
    rows ? OFTEN : 1000,
  );

  // What was ticked is handed over as it was then: a line that changed under the tick is refused,
  // unless it is ticked again. That is said, as is a line that left the list.
  function keepTicked(mine, theirs) {
    const ticked = new Map(
      all("input[name=case]:checked", mine).map((box) => [box.closest("tr").dataset.line, box.value]),
    );
    let moved = ticked.size;
    mine.replaceChildren(...theirs.children);
    for (const box of all("input[name=case]", mine)) {
      const was = ticked.get(box.closest("tr").dataset.line);
      box.checked = was !== undefined;
      if (!box.checked) continue;
      if (box.value === was) {
        moved -= 1;
        continue;
      }
      box.dataset.fresh = box.value;
      box.value = was;
      box.closest("tr").classList.add("moved");
    }
    const told = $("[data-moved]", queue);
    told.hidden = !moved;
    told.textContent = moved ? told.dataset.moved.replace("{n}", moved) : "";
    mine.dispatchEvent(new Event("renewed", { bubbles: true }));
  }

  // A queue: its lines and numbers change under the hand, what is ticked and written stays.
  const queue = $("[data-queue-live]");
  if (queue)
    again(OFTEN, async () => {
      const told = await news(queue.dataset.queueLive);
      if (told === null || told.mark === queue.dataset.mark) return;
      const page = new DOMParser().parseFromString(await (await ask(queue.dataset.queuePage)).text(), "text/html");
      const [mine, theirs] = [queue, $("[data-queue-live]", page)].map((one) => $("tbody", one));
      if (!mine || !theirs) {
        location.assign(queue.dataset.queuePage);
        return;
      }
      const before = new Set(linesOf(queue));
      keepTicked(mine, theirs);
      const open = new Set(
        all(".facets details[open] > summary", queue).map((summary) => summary.firstChild.textContent),
      );
      $(".facets", queue).replaceWith($(".facets", page));
      for (const summary of all(".facets > details > summary", queue))
        summary.parentElement.open = open.has(summary.firstChild.textContent);
      $("h1 .muted").textContent = $("h1 .muted", page).textContent;
      queue.dataset.mark = told.mark;
      mark(queue, before);
    });
})();
