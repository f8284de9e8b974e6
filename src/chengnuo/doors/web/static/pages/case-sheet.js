// A sheet is printed from its own page.
"use strict";
document.querySelector("[data-prints]").addEventListener("click", () => print());
