// Pictures of a case, one after the other: arrow keys, Home and End, Escape. Without this they open as files.
"use strict";
(() => {
  const viewer = $("#viewer");
  if (!viewer) return;
  const picture = $("#viewer-picture"),
    says = $("#viewer-says");
  let links = [],
    at = 0;
  function show(index) {
    at = (index + links.length) % links.length;
    const link = links[at];
    says.textContent = "";
    picture.hidden = false;
    picture.src = link.dataset.views;
    picture.alt = link.dataset.name;
    $("#viewer-name").textContent = link.dataset.name;
    $("#viewer-place").textContent = `${at + 1} / ${links.length}`;
    $("#viewer-open").href = link.href;
    for (const id of ["#viewer-before", "#viewer-next"]) $(id).hidden = links.length < 2;
  }
  picture.addEventListener("error", () => {
    picture.hidden = true;
    says.textContent = viewer.dataset.broken;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-views]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    links = all("a[data-views]").filter((one) => one.offsetParent);
    show(links.indexOf(link));
    viewer.showModal();
  });
  viewer.addEventListener("close", () => {
    picture.removeAttribute("src");
    links[at]?.focus();
  });
  $("#viewer-before").addEventListener("click", () => show(at - 1));
  $("#viewer-next").addEventListener("click", () => show(at + 1));
  viewer.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
})();
