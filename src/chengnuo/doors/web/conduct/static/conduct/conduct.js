/* The sum of the shares while they are typed; the server decides. */
"use strict";
document.querySelectorAll("form[data-shares]").forEach((form) => {
  const shares = [...form.querySelectorAll("[data-share]")];
  const told = form.querySelector("[data-sum]");
  const add = () => {
    const whole = Math.round(shares.reduce((sum, s) => sum + (Number(s.value) || 0), 0) * 100) / 100;
    told.value = String(whole);
    told.classList.toggle("bad", whole !== 100);
  };
  form.addEventListener("input", add);
  add();
});
