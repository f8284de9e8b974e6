// Before the first paint: light or dark, as chosen or as the machine has it.
(() => {
  const root = document.documentElement;
  const chosen = root.dataset.theme;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => {
    root.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
  };
  set();
  dark.addEventListener("change", set);
})();
