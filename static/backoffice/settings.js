// The head of the papers as it will be, while one types; and what is to be copied.
(() => {
  const mirror = (event) => {
    const head = document.querySelector("[data-letterhead]");
    const shown = head?.querySelector(`[data-head="${CSS.escape(event.target.name || "")}"]`);
    if (shown) shown.textContent = event.target.value;
    if (head && event.target.name === "colour") paint(event.target.value);
  };
  const paint = (colour) => {
    const word = document.querySelector("[data-head-colour]");
    if (word) word.style.color = colour;
  };
  const ready = () => {
    const field = document.querySelector("[data-letterhead]") && document.querySelector('input[name="colour"]');
    if (field) paint(field.value);
  };
  document.addEventListener("input", mirror);
  document.addEventListener("htmx:after:swap", ready);
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.querySelector("span").textContent = button.dataset.copied;
  });
  ready();
})();
