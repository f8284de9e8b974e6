// Who touches no key goes out after a while; to ask for a page is to be there. One minute before, the page warns, and one key keeps it.
// The server counts; this only asks it how long is left, and tells it that somebody is there.
"use strict";
(() => {
  const warning = document.getElementById("idle");
  if (!warning) return;
  const WARN = 60,
    TELL = 60000;
  const seconds = warning.querySelector("[data-seconds]");
  const bar = warning.querySelector("progress");
  let touched = false,
    told = Date.now(),
    ends = Date.now() + Number(warning.dataset.left) * 1000,
    asking = false;

  // Idle too long, the door says so; ended for another reason, the page finds out by itself.
  function leave(idle) {
    if (!idle) {
      location.reload();
      return;
    }
    location.assign(`${warning.dataset.door}?idle=1&next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  function ask(quiet) {
    const idle = Date.now() >= ends;
    asking = true;
    const headers = quiet ? { "X-Quiet": "1" } : {};
    return fetch(warning.dataset.awake, { headers, redirect: "manual", credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { left: 0 }))
      .then(({ left }) => {
        ends = Date.now() + left * 1000;
        if (left <= 0) leave(idle);
        else document.body.classList.remove("covered");
      })
      .catch(() => {}) // the server is away: nothing is lost yet, ask again later
      .finally(() => {
        asking = false;
      });
  }
  function stay() {
    touched = false;
    told = Date.now();
    return ask(false).then(() => {
      if (warning.open) warning.close();
    });
  }

  for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    addEventListener(
      kind,
      (event) => {
        touched = true;
        if (!warning.open) return;
        if (event.cancelable && kind === "keydown") event.preventDefault(); // the key that keeps it does nothing else
        event.stopPropagation();
        stay();
      },
      { capture: true, passive: false },
    );
  }
  document.addEventListener("htmx:configRequest", (event) => {
    if (touched) {
      touched = false;
      told = Date.now();
      ends = Math.max(ends, Date.now() + Number(warning.dataset.idle) * 1000);
    } else event.detail.headers["X-Quiet"] = "1";
  });
  setInterval(() => {
    const left = Math.round((ends - Date.now()) / 1000);
    if (left <= 0) document.body.classList.add("covered"); // nobody reads over while the server is asked
    if (asking) return;
    if (touched && !warning.open && Date.now() - told > TELL) {
      stay();
      return;
    }
    if (left > WARN) {
      if (warning.open) warning.close();
      return;
    }
    if (!warning.open) {
      if (touched && left > 0) {
        stay();
        return;
      }
      ask(true).then(() => {
        if (ends - Date.now() <= WARN * 1000 && ends > Date.now()) warning.showModal();
      });
      return;
    }
    seconds.textContent = Math.max(0, left);
    bar.value = Math.max(0, left);
    if (left <= 0) ask(true);
  }, 1000);
})();
