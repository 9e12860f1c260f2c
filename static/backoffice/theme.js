// Before anything is drawn: light or dark, as chosen or as the system has it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = root.dataset.bsTheme;
  const draw = () => {
    root.dataset.bsTheme = root.dataset.chosen === "auto" ? (dark.matches ? "dark" : "light") : root.dataset.chosen;
  };
  root.dataset.chosen = chosen === "light" || chosen === "dark" ? chosen : "auto";
  dark.addEventListener("change", draw);
  draw();
  window.nextTheme = () => {
    root.dataset.chosen = root.dataset.bsTheme === "dark" ? "light" : "dark";
    document.cookie = `theme=${root.dataset.chosen}; path=/; max-age=31536000; samesite=lax`;
    draw();
  };
})();
