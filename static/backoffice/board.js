// Cards that are dragged from stage to stage. Where a deal goes is the server's to say: it sends the board back.
(() => {
  const reason = () =>
    new Promise((resolve) => {
      const dialog = document.getElementById("lost");
      dialog.returnValue = "";
      dialog.addEventListener("close", () => resolve(dialog.returnValue ? document.getElementById("lost-reason").value : null), { once: true });
      dialog.showModal();
    });
  // Asked for by the board itself, so that the server sees what is to be drawn.
  const ask = (verb, address, values) => htmx.ajax(verb, address, { values, source: "#board", target: "#board", swap: "innerHTML" });
  const redraw = () => ask("GET", location.pathname + location.search);
  const move = async (card, stage, type, byKey) => {
    const values = { stage_id: stage };
    if (type === "lost") {
      const why = await reason();
      if (why === null) return redraw();
      values.lost_reason = why;
    }
    await ask("POST", card.dataset.move, values);
    if (byKey) document.querySelector(`[data-deal="${card.dataset.deal}"] .deal-name`)?.focus();
  };
  const drop = (event) => {
    if (event.from !== event.to) move(event.item, event.to.dataset.stage, event.to.dataset.type);
  };
  // The same without a mouse: a card's button asks where to.
  document.addEventListener("click", (event) => {
    const card = event.target.closest("[data-move-card]")?.closest(".deal-card");
    const dialog = document.getElementById("move");
    if (!card || !dialog) return;
    dialog.querySelector("[data-deal-name]").textContent = card.querySelector(".deal-name").textContent;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      const chosen = dialog.querySelector(`button[value="${dialog.returnValue}"]`);
      if (dialog.returnValue) move(card, dialog.returnValue, chosen.dataset.type, true);
    }, { once: true });
    dialog.showModal();
  });
  const ready = () => {
    for (const dot of document.querySelectorAll(".dot[data-color]")) dot.style.backgroundColor = dot.dataset.color;
    if (!window.Sortable) return;
    for (const lane of document.querySelectorAll("[data-stage]:not([data-ready])")) {
      lane.dataset.ready = "";
      Sortable.create(lane, { group: "deals", draggable: ".deal-card", animation: 120, delay: 120, delayOnTouchOnly: true, ghostClass: "is-ghost", onEnd: drop });
    }
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();
