// The builder of a form's fields: lines that are dragged, added and removed, and the form beside them as it will be.
// It is whole without: places are numbers then, and an empty line is there to go on with.
(() => {
  const WITH_CHOICES = ["select", "multi_select"];
  const CUSTOM = "custom_fields.";
  let counter = 1000;
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const part = (line, name) => line.querySelector(`[name$=".${name}"]`);

  const suit = (line) => {
    line.querySelector("[data-ff-choices]").hidden = !WITH_CHOICES.includes(part(line, "kind").value);
    line.querySelector("[data-ff-custom]").hidden = part(line, "maps_to").value !== CUSTOM;
  };
  const number = (list) => all(list, "[data-ff]").forEach((line, place) => (part(line, "place").value = place + 1));
  const emptied = (line) => {
    for (const input of all(line, "input:not([type=hidden]), textarea")) {
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    for (const select of all(line, "select")) select.selectedIndex = 0;
    line.classList.remove("is-wrong");
    line.querySelector(".invalid-feedback")?.remove();
    suit(line);
    return line;
  };
  const fresh = (model) => {
    const line = model.cloneNode(true);
    const name = line.querySelector('[name="field"]');
    const to = String(counter++);
    for (const input of all(line, `[name^="field.${CSS.escape(name.value)}."]`)) input.name = input.name.replace(`field.${name.value}.`, `field.${to}.`);
    name.value = to;
    return emptied(line);
  };
  const changed = (form) => {
    number(form.querySelector("[data-ff-list]"));
    clearTimeout(form.drawing);
    form.drawing = setTimeout(() => show(form), 500);
  };
  // The frame gets what stands in the form by a form of its own: this one is stored when it is sent.
  const show = (form) => {
    if (!form.isConnected) return;
    const sent = document.createElement("form");
    Object.assign(sent, { method: "post", action: form.querySelector("[data-preview]").formAction, target: "draft", hidden: true });
    for (const [name, value] of new FormData(form)) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value });
      sent.append(field);
    }
    document.body.append(sent);
    sent.submit();
    sent.remove();
  };

  const act = (button, line, form) => {
    const list = line.parentElement;
    if (button.matches("[data-ff-up]")) line.previousElementSibling?.before(line);
    if (button.matches("[data-ff-down]")) line.nextElementSibling?.after(line);
    if (button.matches("[data-ff-drop]")) {
      if (all(list, "[data-ff]").length > 1) line.remove();
      else emptied(line);
    } else button.focus();
    changed(form);
  };
  document.addEventListener("click", (event) => {
    const form = event.target.closest("form");
    const adds = event.target.closest("[data-ff-add]");
    if (adds) {
      const list = form.querySelector("[data-ff-list]");
      list.append(fresh(list.lastElementChild));
      part(list.lastElementChild, "label").focus();
      changed(form);
    }
    const button = event.target.closest("[data-ff-up], [data-ff-down], [data-ff-drop]");
    if (button) act(button, button.closest("[data-ff]"), form);
  });
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest?.("form");
      if (!form?.querySelector("[data-form-writing]")) return;
      const line = event.target.closest("[data-ff]");
      if (line) suit(line);
      changed(form);
    });
  }
  const ready = () => {
    const writing = document.querySelector("[data-form-writing]:not([data-ready])");
    if (!writing) return;
    writing.dataset.ready = "";
    const form = writing.closest("form");
    const list = writing.querySelector("[data-ff-list]");
    // The empty line is for those without scripts.
    if (all(list, "[data-ff]").length > 1 && !part(list.lastElementChild, "label").value) list.lastElementChild.remove();
    for (const hidden of all(writing, "[data-ff-acts], [data-ff-add]")) hidden.hidden = false;
    for (const line of all(list, "[data-ff]")) suit(line);
    writing.querySelector("[data-preview]").hidden = true;
    if (window.Sortable) Sortable.create(list, { handle: "[data-ff-grip]", animation: 120, ghostClass: "is-ghost", onEnd: () => changed(form) });
    show(form);
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();
