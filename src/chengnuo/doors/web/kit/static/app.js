// Countdowns, the form sheet, keys, and lists that filter as one types. No rule lives here.
"use strict";
const chinese = document.documentElement.lang.startsWith("zh");
const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

function span(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const d = Math.floor(whole / 86400),
    h = Math.floor(whole / 3600) % 24,
    m = Math.floor(whole / 60) % 60,
    s = whole % 60;
  const pairs = d
    ? [
        [d, "天", "d"],
        [h, "小时", "h"],
      ]
    : h
      ? [
          [h, "小时", "h"],
          [m, "分钟", "min"],
        ]
      : m
        ? [[m, "分钟", "min"]]
        : [[s, "秒", "s"]];
  return (
    pairs
      .filter(([n]) => n)
      .map(([n, zh, en]) => (chinese ? `${n}${zh}` : `${n} ${en}`))
      .join(chinese ? "" : " ") || (chinese ? "0秒" : "0 s")
  );
}
// The server's clock counts, not this machine's.
const skew = document.body.dataset.now ? Date.parse(document.body.dataset.now) - Date.now() : 0;
function tick() {
  const now = Date.now() + skew;
  for (const mark of all(".count[data-until]")) {
    const left = (Date.parse(mark.dataset.until) - now) / 1000;
    mark.textContent =
      left >= 0
        ? chinese
          ? `还剩${span(left)}`
          : `${span(left)} left`
        : chinese
          ? `逾期${span(left)}`
          : `${span(left)} overdue`;
    const stands = mark.closest(".stands");
    if (!stands) continue;
    if (left < 0) for (const before of ["running", "soon"]) stands.classList.replace(before, "overdue");
    else if (mark.dataset.warn && Date.parse(mark.dataset.warn) <= now) stands.classList.replace("running", "soon");
  }
}
setInterval(tick, 1000);

// The sheet: a form above the page. What is typed is kept until it is recorded or put away.
const sheet = $("#sheet");
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "sheet-body" && !sheet.open) sheet.showModal();
  if (event.target.id === "sheet-body")
    (
      $(".bad input, .bad textarea, .bad select", sheet) ||
      $("form input:not([type=hidden]), form textarea, form select", sheet)
    )?.focus();
});
// What could not be saved stays where it was typed, and it is said why.
const toast = $("#toast");
let toasting;
function say(words) {
  toast.textContent = words;
  clearTimeout(toasting);
  toasting = setTimeout(() => {
    toast.textContent = "";
  }, 8000);
}
document.addEventListener("htmx:responseError", (event) => {
  if (event.target.id === "rows") return;
  const why = event.detail.xhr.getResponseHeader("X-Why");
  say(why ? decodeURIComponent(why) : toast.dataset.refused);
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.target.id !== "rows") say(toast.dataset.away);
});
// Captured before htmx hears of it, or the desk would be held back by a sheet that is done.
addEventListener(
  "form-filled",
  () => {
    sheet.close();
    if ($(".case")) location.reload();
  },
  true,
);
// A poll must not take the page from under somebody who is reading a tooltip or has the sheet open.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "rows" && (sheet.open || $("#rows .clause:focus-within"))) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// One click is one submission; the server knows a second one by its token anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // Given back after a while: where the answer never came, one must be able to try again.
  if (!form.hasAttribute("hx-post")) {
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  }
});
// A page that comes back from the browser's cache comes with its marks.
addEventListener("pageshow", () => all("[data-sent]").forEach((form) => delete form.dataset.sent));

// Paper: what the page is called, and the moment at which it is printed (print.css puts both on every sheet).
const paper = document.documentElement.dataset;
if (paper.paperPrinted) paper.paperTitle = document.title.slice(0, document.title.lastIndexOf(" · "));
addEventListener("beforeprint", () => {
  if (!paper.paperPrinted) return;
  const at = new Date(Date.now() + skew),
    zone = { timeZone: document.body.dataset.zone };
  // As rules/moments.py writes it: 2026年11月22日（周日）16:30, Sun 22 Nov 2026, 16:30.
  const part = (options) => at.toLocaleDateString(chinese ? "zh-CN" : "en-GB", { ...zone, ...options });
  const time = at.toLocaleTimeString("sv-SE", { ...zone, timeStyle: "short" }),
    weekday = part({ weekday: "short" });
  const now = chinese
    ? `${part({ dateStyle: "long" })}（${weekday}）${time}`
    : `${weekday} ${part({ day: "numeric" })} ${part({ month: "long" }).slice(0, 3)} ${part({ year: "numeric" })}, ${time}`;
  paper.paperPrinted = paper.paperPrinted.replace(paper.paperAt, now);
  paper.paperAt = now;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
});

// A photo taken on the spot goes where a file is asked for.
document.addEventListener("change", (event) => {
  const field = document.getElementById(event.target.dataset?.camera);
  if (!field || !event.target.files.length) return;
  // The files of an input can only be set as a whole list, and only such an object makes one.
  const taken = new DataTransfer();
  for (const file of event.target.files) taken.items.add(file);
  field.files = taken.files;
  event.target.value = "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

// Lists that filter as one types.
document.addEventListener("input", (event) => {
  const target = event.target.dataset?.filters;
  if (!target) return;
  const words = event.target.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const list = $(target);
  for (const item of all("[data-words], .rule", list)) {
    const text = (item.dataset.words || item.textContent).toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of all("fieldset, section", list))
    group.hidden = !all("[data-words], .rule", group).some((item) => !item.hidden);
});
document.addEventListener("keydown", (event) => {
  if (event.target.dataset?.filters === "#services" && event.key === "Enter") {
    event.preventDefault();
    const first = all("#services label").find((label) => !label.hidden && !label.closest("fieldset").hidden);
    if (first) {
      const radio = $("input", first);
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
      radio.focus();
    }
  }
});

// Words that must not be written are named under the field as one types; the server judges.
function mind(field) {
  const list = $("[data-forbidden]", field.form || undefined);
  const found = !list
    ? []
    : JSON.parse(list.dataset.forbidden).flatMap(({ words, why }) =>
        words.filter((word) => field.value.includes(word)).map((word) => `“${word}” ${why}`),
      );
  let hint = document.getElementById(`${field.id}-forbidden`);
  field.classList.toggle("has-forbidden", found.length > 0);
  if (!found.length) {
    hint?.remove();
    return;
  }
  if (!hint) {
    hint = document.createElement("p");
    hint.id = `${field.id}-forbidden`;
    hint.className = "wrong forbidden";
    hint.setAttribute("role", "status");
    field.after(hint);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${hint.id}`.trim());
  }
  const words = `${list.dataset.says} ${found.join(chinese ? "；" : "; ")}`;
  if (hint.textContent !== words) hint.textContent = words;
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea")) mind(event.target);
});

// A field that keeps so many signs says how many there are once they get scarce. Nothing is cut off:
// too many are told at the field, and stay there to be shortened.
document.addEventListener("input", ({ target }) => {
  const most = Number(target.dataset?.most);
  if (!most) return;
  const length = target.value.trim().length,
    id = `${target.id || target.name}-length`;
  let told = document.getElementById(id);
  if (length <= most * 0.8) {
    told?.remove();
    target.setCustomValidity("");
    return;
  }
  if (!told) {
    told = document.createElement("small");
    told.id = id;
    told.className = "muted";
    told.setAttribute("role", "status");
    target.after(told);
  }
  told.textContent = `${length} / ${most}`;
  told.classList.toggle("wrong", length > most);
  target.setCustomValidity(
    length > most
      ? chinese
        ? `最多${most}字，现有${length}字，请缩短`
        : `At most ${most} characters, and these are ${length}: shorten them`
      : "",
  );
});
document.addEventListener("htmx:afterSettle", () => all("textarea").forEach(mind));
all("textarea").forEach(mind);

// A question that is needed only after a certain answer is folded away until that is given; what
// somebody wrote in it stays in sight, and without this every question stands there with its words.
function answersOf(form, name) {
  const fields = all(`[name="${CSS.escape(name)}"]`, form);
  return fields
    .filter((one) => (one.matches("[type=radio], [type=checkbox]") ? one.checked : true))
    .map((one) => (one.matches("[type=checkbox]") && one.value === "on" ? "true" : one.value))
    .filter(Boolean);
}
const compares = {
  in: (given, values) => given.some((one) => values.includes(one)),
  not_in: (given, values) => given.length > 0 && !given.some((one) => values.includes(one)),
  lt: ([given], [bound]) => Number(given) < Number(bound),
  lte: ([given], [bound]) => Number(given) <= Number(bound),
  gt: ([given], [bound]) => Number(given) > Number(bound),
  gte: ([given], [bound]) => Number(given) >= Number(bound),
};
function fold(form) {
  for (const field of all("[data-when]", form)) {
    const asked = JSON.parse(field.dataset.when).every(({ field: name, op, values }) => {
      const given = answersOf(form, name);
      return !compares[op] || ((given.length > 0 || op === "not_in") && compares[op](given, values));
    });
    const written = all("input, textarea, select", field).some((one) =>
      one.matches("[type=radio], [type=checkbox]") ? one.checked && one.value : one.value,
    );
    field.hidden = !asked && !written && !field.classList.contains("bad");
  }
}
const folding = ".pack-form, #intake";
const foldAll = () => all(folding).forEach(fold);
document.addEventListener("change", (event) => {
  const form = event.target.closest?.(folding);
  if (form) fold(form);
});
document.addEventListener("htmx:afterSettle", foldAll);
foldAll();

// While an input method composes, its keys are its own: none of ours hears them. (Idle time does:
// it listens before, at the window.)
document.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
  },
  true,
);

// Keys. The list of shortcuts in the dialog is the list: what it names is what happens.
const does = {
  find: () => $("#find").focus(),
  messages: () => {
    const menu = $("#messages");
    menu.open = !menu.open;
    $("summary", menu).focus();
  },
  keys: () => $("#shortcuts").showModal(),
  standard: () => $("[data-standard]")?.click(),
  undo: () => $("[data-undo]")?.click(),
  next: () => line(1),
  previous: () => line(-1),
  step() {
    const row = document.activeElement.closest("tr");
    const here = row
      ? $("td.step a, td:last-child a.btn", row)
      : $(".offered a[hx-get]") || $(".offered a, .taken-acts a");
    here?.click();
  },
};
const keys = new Map(
  all("#shortcuts [data-goes], #shortcuts [data-does]").map(({ dataset }) => [
    dataset.keys,
    dataset.goes ? () => location.assign(dataset.goes) : does[dataset.does],
  ]),
);
let before = "",
  forgetting;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest("form");
    form?.requestSubmit($("[aria-keyshortcuts='Control+Enter']", form));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    const menu = $("details.menu[open]");
    if (menu) {
      menu.open = false;
      $("summary", menu).focus();
    }
    return;
  }
  if (event.target.matches("input:not([type=checkbox]), textarea, select") || $("dialog[open]")) return;
  const act = keys.get(`${before} ${event.key}`) || keys.get(event.key);
  // Two keys are one shortcut if they come within a second.
  before = event.key;
  clearTimeout(forgetting);
  forgetting = setTimeout(() => {
    before = "";
  }, 900);
  if (act) {
    event.preventDefault();
    before = "";
    act();
  }
});
function line(step) {
  const rows = all("table.lines tbody tr").filter((row) => row.offsetParent && $("a, button", row));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (next) $("a, button", next).focus();
}

// A picture is drawn for the screen's width; on paper it keeps its proportions.
const onNewWidth = (draw) =>
  addEventListener("resize", () => {
    if (!matchMedia("print").matches) draw();
  });
addEventListener("beforeprint", () => {
  for (const svg of all("[_echarts_instance_] svg"))
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
});

// A page that a message or a mistake points into.
const opened = new URLSearchParams(location.search).get("step");
if (opened) {
  const step = document.getElementById(`step-${opened}`);
  if (step) {
    step.open = true;
    step.scrollIntoView({ block: "center" });
  }
}
const wrong = $("main .wrong:not(.forbidden)");
if (wrong) {
  wrong.scrollIntoView({ block: "center" });
  $("input:not([type=hidden]), textarea, select", wrong.closest(".field, .pick, .stack") || wrong)?.focus({
    preventScroll: true,
  });
}
if (location.hash.startsWith("#rule-")) $(location.hash)?.classList.add("pointed");
