// Stages that are dragged into their order. The server says what the order is then.
(() => {
  const send = (list) => {
    const form = list.closest("form");
    for (const line of list.querySelectorAll("[data-id]")) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "stage_ids", value: line.dataset.id });
      form.append(field);
    }
    form.requestSubmit();
  };
  const ready = () => {
    for (const dot of document.querySelectorAll(".dot[data-color]")) dot.style.backgroundColor = dot.dataset.color;
    const list = document.querySelector("[data-stages]:not([data-ready])");
    if (!list || !window.Sortable) return;
    list.dataset.ready = "";
    Sortable.create(list, { handle: ".line-grip", animation: 120, ghostClass: "is-ghost", onEnd: () => send(list) });
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();
