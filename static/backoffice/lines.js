// The line editor: products that fill in a line, lines that are added, moved and removed, without the mouse if need be.
(() => {
  const changed = (table) => table.dispatchEvent(new CustomEvent("lines"));
  const rows = (table) => [...table.querySelectorAll("tr[data-line]")];
  const input = (row, name) => row.querySelector(`[name="items.${name}"]`);

  const empty = (row) => {
    for (const field of row.querySelectorAll("input")) field.value = field.name === "items.quantity" ? "1" : "";
    row.classList.remove("is-wrong");
    row.querySelector("small")?.remove();
  };
  const grow = (table) => {
    const last = rows(table).at(-1);
    if (!input(last, "description").value && !input(last, "unit_price").value) return;
    const next = last.cloneNode(true);
    next.querySelector(".ts-wrapper")?.remove();
    const select = input(next, "product_id");
    select.classList.remove("tomselected", "ts-hidden-accessible");
    select.removeAttribute("id");
    select.replaceChildren(new Option("–", ""));
    empty(next);
    last.after(next);
    upgrade();
  };
  const fill = (row, product) => {
    if (!product) return;
    input(row, "description").value = product.name;
    input(row, "unit_price").value = product.unit_price;
    input(row, "tax_rate").value = product.tax_rate;
    input(row, "tax_factor").value = product.tax_factor;
    const table = row.closest("table");
    grow(table);
    changed(table);
    input(row, "quantity").select();
  };
  const upgrade = () => {
    if (!window.TomSelect) return;
    for (const select of document.querySelectorAll("select[data-product]:not(.tomselected)")) {
      select.setAttribute("aria-hidden", "true");
      const box = new TomSelect(select, {
        maxOptions: 30,
        shouldLoad: (text) => text.length > 1,
        load: (text, done) =>
          fetch(`${select.dataset.product}?q=${encodeURIComponent(text)}`)
            .then((answer) => (answer.ok ? answer.json() : { options: [] }))
            .then((found) => done(found.options), () => done()),
        render: { no_results: null },
        dropdownParent: "body",
      });
      box.on("change", (value) => fill(select.closest("tr"), box.options[value]));
    }
    for (const body of document.querySelectorAll("[data-lines] tbody:not([data-ready])")) {
      body.dataset.ready = "";
      if (window.Sortable) Sortable.create(body, { handle: ".line-grip", animation: 120, onEnd: () => changed(body.closest("table")) });
    }
  };
  document.addEventListener("input", (event) => {
    const table = event.target.closest("[data-lines]");
    if (table) grow(table);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop-line]");
    if (!button) return;
    const table = button.closest("table");
    const row = button.closest("tr");
    if (rows(table).length > 1) row.remove();
    else empty(row);
    changed(table);
  });
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("tr[data-line]");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const beside = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    if (!beside) return;
    if (event.key === "ArrowUp") beside.before(row);
    else beside.after(row);
    event.target.focus();
    changed(row.closest("table"));
  });
  upgrade();
  document.addEventListener("htmx:after:swap", upgrade);
})();
