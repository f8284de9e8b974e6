// A new message rings and shows itself, as this person chose it on the page "Sound and notices".
"use strict";
const notices = (() => {
  const { sound, notice, named, badge } = document.body.dataset;
  const HEARD = `chengnuo heard ${badge}`;
  let speaker;

  // Two short notes, made here: there is no file to load, and nothing for the CSP to allow.
  function chime() {
    speaker ??= new AudioContext();
    speaker.resume();
    [880, 1174.7].forEach((pitch, turn) => {
      const begins = speaker.currentTime + turn * 0.14;
      const note = speaker.createOscillator(),
        loud = speaker.createGain();
      note.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, begins);
      loud.gain.exponentialRampToValueAtTime(0.18, begins + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, begins + 0.13);
      note.connect(loud).connect(speaker.destination);
      note.start(begins);
      note.stop(begins + 0.14);
    });
  }

  function show(number) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const shown = new Notification(named, {
      body: notice.replace("{n}", number),
      tag: "chengnuo",
      icon: $("link[rel=icon]").href,
    });
    shown.addEventListener("click", () => {
      window.focus();
      $("#messages").open = true;
      shown.close();
    });
  }

  // `newest`: the number of the last message that waits. All pages of one browser ring once for it.
  function hear(newest, number) {
    const heard = localStorage.getItem(HEARD);
    if (heard !== null && newest <= Number(heard)) return;
    localStorage.setItem(HEARD, newest);
    if (heard === null) return; // what waited when this browser began is no news
    if (sound !== undefined) chime();
    if (notice !== undefined) show(number);
  }

  const form = $("[data-notices]");
  if (form) {
    const said = $("[data-said]", form),
      wish = form.elements.desktop_notice;
    $("[data-try-sound]", form).addEventListener("click", chime);
    // Leave is asked for by the tick, and never otherwise; without it the tick does not stay.
    wish.addEventListener("change", async () => {
      said.hidden = true;
      if (!wish.checked) return;
      const able = "Notification" in window && isSecureContext;
      if (able && (await Notification.requestPermission()) === "granted") return;
      wish.checked = false;
      said.textContent = able ? form.dataset.denied : form.dataset.unable;
      said.hidden = false;
    });
  }
  return { wanted: sound !== undefined || notice !== undefined, hear };
})();
