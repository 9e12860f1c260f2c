// A value that is changed where it stands. Without this its link leads to the form of the whole row.
(() => {
  let last = "";
  const edit = (fact) => fact.querySelector("[data-edit]")?.click();
  document.addEventListener("click", (event) => {
    const fact = event.target.closest(".fact.is-open");
    if (!fact || event.target.closest("a, button, input, select, textarea, label, form, .ts-wrapper")) return;
    if (!String(getSelection())) edit(fact);
  });
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-inline]");
    if (event.key !== "Escape" || !form || form.querySelector(".dropdown-active")) return;
    event.preventDefault();
    form.querySelector("[data-cancel]")?.click();
  });
  // Into the field that has come, and back to the value that it was.
  document.addEventListener("htmx:after:swap", () => {
    const form = document.querySelector("[data-inline]");
    if (form) {
      last = form.closest(".fact")?.id ?? "";
      if (form.contains(document.activeElement)) return;
      const field = form.querySelector(".is-invalid, input:not([type=hidden]), select, textarea");
      (field?.tomselect ?? field)?.focus();
      if (field?.matches("input[type=text], input[type=tel], input[type=email]")) field.select();
    } else if (last) {
      document.getElementById(last)?.querySelector("[data-edit]")?.focus();
      last = "";
    }
  });
})();
