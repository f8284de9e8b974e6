// What is typed is kept in this tab, for its writer alone, until it is saved, discarded, or he signs
// out. Never passwords, codes or files; hidden fields are the server's and come fresh with the page.
"use strict";
(() => {
  const badge = document.body.dataset.badge;
  if (!badge) return;
  const OLDEST = 12 * 3600 * 1000; // a shift
  const NEVER = ["hidden", "password", "file", "submit", "button", "reset"];
  // By staff number: at a shared counter the next one signs in on the same tab.
  const mine = `draft ${badge} `;
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith("draft "));
  for (const key of drafts()) if (!key.startsWith(mine)) sessionStorage.removeItem(key);
  const read = (key) => JSON.parse(sessionStorage.getItem(key) || "null");
  const forget = (key) => sessionStorage.removeItem(key);
  function write(key, value) {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* full: the page itself still holds it */
    }
  }

  // Two forms of a page may go to one address; what they are about stands in their hidden fields.
  // Weak, so that a form that htmx swapped away is forgotten with its draft's name.
  const names = new WeakMap(),
    pending = new WeakMap(),
    late = new WeakMap();
  const FRESH = ["csrfmiddlewaretoken", "token", "version", "rang", "line", "next", "back"];
  function pathOf(form, button) {
    return new URL(button?.getAttribute("formaction") || form.getAttribute("action") || location.href, location.href)
      .pathname;
  }
  function keyOf(form) {
    if (!names.has(form)) {
      const about = all("input[type=hidden]", form)
        .filter((one) => !FRESH.includes(one.name))
        .map((one) => `${one.name}=${one.value}`);
      if (rings(form)) about.push(`call=${rings(form)}`);
      names.set(form, [mine + pathOf(form), ...about].join(" "));
    }
    return names.get(form);
  }
  // A call that rings is a matter of its own; where none does, one goes on with what was left last.
  const rings = (form) => form.elements.contact_phone?.defaultValue;
  const newest = (key) =>
    drafts()
      .filter((one) => one === key || one.startsWith(`${key} call=`))
      .sort((one, other) => read(other).at - read(one).at)[0] || key;
  const kept = (field) =>
    field.name && field.name !== "code" && !NEVER.includes(field.type) && field.autocomplete !== "one-time-code";
  const ticks = (field) => field.type === "radio" || field.type === "checkbox";
  // By name: what stands there, or what the server put there.
  function values(form, asServed = false) {
    const found = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      const list = (found[field.name] ??= []);
      if (ticks(field)) {
        if (asServed ? field.defaultChecked : field.checked) list.push(field.value);
      } else if (field.options) {
        const served =
          [...field.options].find((option) => option.defaultSelected) || (field.multiple ? null : field.options[0]);
        list.push(asServed ? (served?.value ?? "") : field.value);
      } else list.push(asServed ? field.defaultValue : field.value);
    }
    return found;
  }
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  let gone = false;
  function keep(form) {
    clearTimeout(late.get(form));
    late.delete(form);
    if (gone) return;
    const now = { ...pending.get(form), ...values(form) };
    const files = all("input[type=file]", form).flatMap((one) => [...one.files].map((file) => file.name));
    if (same(now, values(form, true)) && !files.length) forget(keyOf(form));
    else write(keyOf(form), { at: Date.now(), values: now, files });
  }
  let restoring = false;
  function typed(event) {
    const form = event.target.form;
    if (restoring || !form?.matches("[data-once]")) return;
    keyOf(form);
    clearTimeout(late.get(form));
    late.set(
      form,
      setTimeout(() => {
        if (form.isConnected) keep(form);
      }, 300),
    );
  }
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  const flush = () =>
    all("form[data-once]")
      .filter((form) => late.has(form))
      .forEach(keep);
  addEventListener("pagehide", flush);
  document.addEventListener("htmx:beforeSwap", flush);

  // Puts values into the fields that are there; returns those whose fields are still to come.
  function apply(form, wanted) {
    const rest = {};
    restoring = true;
    for (const [name, list] of Object.entries(wanted)) {
      const fields = [...form.elements].filter((field) => field.name === name && kept(field));
      if (!fields.length) rest[name] = list;
      fields.forEach((field, index) => {
        const was = ticks(field) ? field.checked : field.value;
        if (ticks(field)) field.checked = list.includes(field.value);
        else field.value = list[index] ?? "";
        // Only what changed is told on: each event may ask the server for more fields.
        if (was === (ticks(field) ? field.checked : field.value)) return;
        if (field.type === "radio" && !field.checked) return; // the one that is chosen now speaks for all
        for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
      });
    }
    restoring = false;
    return rest;
  }
  function restore(form) {
    if (!names.has(form) && !rings(form)) names.set(form, newest(keyOf(form)));
    const key = keyOf(form),
      draft = read(key);
    if (!draft || form.dataset.restored) return;
    if (Date.now() - draft.at > OLDEST) {
      forget(key);
      return;
    }
    if (same(draft.values, values(form, true)) && !draft.files.length) return; // the server shows it already
    form.dataset.restored = "1";
    pending.set(form, apply(form, draft.values));
    for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    const notice = $("#restored").content.firstElementChild.cloneNode(true);
    $("[data-at]", notice).textContent = new Date(draft.at).toLocaleTimeString("en-GB", {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: document.body.dataset.zone,
    });
    if (draft.files.length) {
      $("[data-files]", notice).hidden = false;
      $("[data-names]", notice).textContent = draft.files.join(", ");
    }
    $("button", notice).addEventListener("click", () => {
      clearTimeout(late.get(form));
      late.delete(form);
      forget(key);
      if (form.closest("#sheet")) {
        htmx.ajax("GET", form.getAttribute("action"), "#sheet-body");
        return;
      }
      const here = new URL(location.href);
      here.hash = "";
      location.assign(here);
    });
    form.before(notice);
  }
  // A form that is closed tells on its button that something was typed in it.
  function tell() {
    for (const link of all("a[hx-get]")) {
      const waits = Boolean(read(mine + link.pathname)),
        mark = $(".drafted", link);
      if (waits && !mark) link.append($("#drafted").content.firstElementChild.cloneNode(true));
      else if (!waits) mark?.remove();
    }
  }
  function look(within) {
    all("form[data-once]", within).forEach(restore);
    tell();
  }
  document.addEventListener("DOMContentLoaded", () => look(document));
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.target.closest?.("form[data-once]");
    if (form && pending.has(form)) pending.set(form, apply(form, pending.get(form)));
    look(event.target);
  });
  document.getElementById("sheet").addEventListener("close", () => {
    flush();
    tell();
  });

  // Saved: the server says so by sending on (a cookie names what was saved), or to htmx by its answer.
  const sent = () => read("sent") || {};
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[action$='/sign-out/']")) {
      goAway();
      shout.postMessage(badge);
      return;
    }
    if (!form.matches("[data-once]")) return;
    keep(form);
    const path = pathOf(form, event.submitter),
      before = sent();
    write("sent", { ...before, [path]: [...new Set([...(before[path] || []), keyOf(form)])] });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target,
      answer = event.detail.xhr;
    if (!form.matches?.("form[data-once]") || !event.detail.successful || answer.getResponseHeader("HX-Redirect"))
      return;
    clearTimeout(late.get(form));
    late.delete(form);
    forget(keyOf(form));
    tell();
  });
  const told = document.cookie.match(/(?:^|; )chengnuo_saved=([^;]*)/);
  if (told) {
    const { [decodeURIComponent(told[1])]: keys, ...rest } = sent();
    if (keys) {
      keys.forEach(forget);
      write("sent", rest);
      document.cookie = "chengnuo_saved=; path=/; max-age=0";
    }
  }

  // Who signs out in one tab leaves nothing in the others.
  function goAway() {
    // From here on nothing is kept: leaving the page would write once more what was just forgotten.
    gone = true;
    drafts().forEach(forget);
  }
  const shout = new BroadcastChannel("chengnuo-left");
  shout.addEventListener("message", (event) => {
    if (event.data !== badge) return;
    goAway();
    document.body.classList.add("covered");
    location.reload();
  });
})();
