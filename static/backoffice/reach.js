// Links that reach somebody: the browser opens them, and the timeline is told. And what a postal code stands for.
(() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-reach]");
    if (!link || link.dataset.told) return;
    // A double click reaches nobody twice; the server says the same.
    link.dataset.told = "1";
    setTimeout(() => delete link.dataset.told, 3000);
    htmx.ajax("POST", link.dataset.reach, { values: { way: link.dataset.way, to: link.dataset.to }, target: "#toasts", swap: "beforeend" });
  });
  const fill = (form, place) => {
    const list = form.querySelector("datalist") ?? form.appendChild(Object.assign(document.createElement("datalist"), { id: "colonies" }));
    list.replaceChildren(...place.colonies.map((name) => Object.assign(document.createElement("option"), { value: name })));
    const field = (name) => form.querySelector(`[name=${name}]`);
    field("colony").setAttribute("list", list.id);
    field("municipality").value = place.municipality;
    field("state").value = place.state;
    if (place.colonies.length === 1) field("colony").value = place.colonies[0];
    else if (!place.colonies.includes(field("colony").value)) field("colony").value = "";
  };
  document.addEventListener("input", async (event) => {
    const field = event.target.closest("[data-postal]");
    if (!field || !/^[0-9]{5}$/.test(field.value)) return;
    const answer = await fetch(`/api/copomex/${field.value}`);
    const place = answer.ok ? await answer.json() : {};
    if (place.found && field.isConnected) fill(field.form, place);
  });
})();
