// Fields that find rows while one types.
(() => {
  const upgrade = () => {
    if (!window.TomSelect) return;
    for (const select of document.querySelectorAll("select[data-lookup]:not(.tomselected)")) {
      // The field that is typed into bears the label; this one is only what is sent.
      select.setAttribute("aria-hidden", "true");
      new TomSelect(select, {
        plugins: select.multiple ? ["remove_button"] : [],
        maxOptions: 50,
        shouldLoad: (text) => text.length > 1,
        load: (text, done) =>
          fetch(`${select.dataset.lookup}?q=${encodeURIComponent(text)}`)
            .then((answer) => (answer.ok ? answer.json() : { options: [] }))
            .then((found) => done(found.options), () => done()),
        render: { no_results: null },
      });
    }
  };
  upgrade();
  document.addEventListener("htmx:after:swap", upgrade);
  document.addEventListener("fields", upgrade);
})();
