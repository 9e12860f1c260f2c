// The builder of a segment's conditions: comparisons and inputs that suit the chosen field; conditions and groups that
// are added and removed. The form is whole without it.
(() => {
  const BARE = ["is_null", "is_not_null"];
  const LISTS = ["in", "not_in"];
  let known = {};
  let counter = 1000;
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const changed = (node) => node.closest("[data-conditions]").querySelector(".builder-main").dispatchEvent(new CustomEvent("conditions"));
  const part = (row, name) => row.querySelector(`[name$=".${name}"]`);
  const english = document.documentElement.lang === "en";

  const element = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
  const chooser = (name, field, operator, values, texts) => {
    const select = element("select", { name, className: "form-select", multiple: LISTS.includes(operator) });
    const options = field.options || values.map((value, at) => [value, texts[at] || value]);
    if (!select.multiple) select.append(new Option("–", ""));
    for (const [value, label] of options) select.append(new Option(label, value, false, values.includes(value)));
    return select;
  };
  const typed = (name, field, operator, values) => {
    const input = element("input", { name, className: "form-control", value: values.join(", "), autocomplete: "off" });
    const figure = ["number", "days", "id"].includes(field.kind) || operator === "within_days";
    if (field.kind === "moment" && operator !== "within_days") input.type = "date";
    else if (figure && !LISTS.includes(operator)) input.inputMode = "decimal";
    if (LISTS.includes(operator)) input.placeholder = english ? "Separated by commas" : "Separados por comas";
    return input;
  };

  const valuesOf = (row) => {
    const control = part(row, "value");
    if (!control) return [];
    return control.tagName === "SELECT" ? [...control.selectedOptions].map((option) => option.value).filter(Boolean) : control.value.split(",").map((text) => text.trim()).filter(Boolean);
  };
  // `keep`: the value that stands there still makes sense.
  const suit = (row, keep) => {
    const field = known[part(row, "field").value];
    const operators = part(row, "operator");
    const box = row.querySelector("[data-value]");
    row.classList.toggle("is-empty", !field);
    part(row, "key").hidden = field?.kind !== "custom";
    operators.hidden = box.hidden = !field;
    if (!field) return;
    const chosen = operators.value;
    operators.replaceChildren(...field.operators.map(([value, label]) => new Option(label, value, false, value === chosen)));
    const operator = operators.value;
    const values = keep ? valuesOf(row) : [];
    const texts = keep ? (box.dataset.texts || "").split("|") : [];
    const name = `row.${row.querySelector('[name="row"]').value}.value`;
    box.hidden = BARE.includes(operator);
    const many = (field.options && LISTS.includes(operator)) || field.url;
    const control = field.options || field.url ? chooser(name, field, operator, values, texts) : typed(name, field, operator, values);
    control.setAttribute("aria-label", english ? "Value" : "Valor");
    box.replaceChildren(control);
    if (box.hidden) return box.replaceChildren();
    if (!many || !window.TomSelect) return;
    if (field.url) {
      control.dataset.lookup = field.url;
      document.dispatchEvent(new CustomEvent("fields"));
    } else new TomSelect(control, { plugins: ["remove_button"] });
  };

  const number = (row, block) => {
    const old = row.querySelector('[name="row"]').value;
    const fresh = `n${counter++}`;
    for (const input of all(row, `[name^="row.${CSS.escape(old)}."]`)) input.name = input.name.replace(old, fresh);
    row.querySelector('[name="row"]').value = fresh;
    row.querySelector('[name$=".block"]').value = block;
  };
  const freshRow = (model, block) => {
    const row = model.cloneNode(true);
    row.querySelector(".invalid-feedback")?.remove();
    row.classList.remove("is-wrong");
    part(row, "field").value = "";
    part(row, "key").value = "";
    const box = row.querySelector("[data-value]");
    box.dataset.texts = "";
    box.replaceChildren();
    number(row, block);
    suit(row, false);
    return row;
  };
  const addRow = (block) => {
    const rows = all(block, "[data-row-of-conditions]");
    const row = freshRow(rows.at(-1), block.querySelector('[name="block"]').value);
    rows.at(-1).after(row);
    part(row, "field").focus();
  };
  const addBlock = (builder) => {
    const blocks = all(builder, "[data-block]");
    const block = blocks[0].cloneNode(true);
    const name = String(counter++);
    block.classList.add("is-group");
    block.querySelector('[name="block"]').value = name;
    const rows = all(block, "[data-row-of-conditions]");
    const first = freshRow(rows[0], name);
    for (const row of rows) row.remove();
    const kind = element("select", { name: `block.${name}`, className: "form-select form-select-sm" });
    kind.append(new Option(english ? "At least one of these must hold" : "Debe cumplirse al menos una", "any"), new Option(english ? "All of these must hold" : "Deben cumplirse todas", "all"));
    kind.setAttribute("aria-label", english ? "How they belong together" : "Cómo se combinan");
    block.querySelector("legend").replaceChildren(kind);
    block.querySelector("[data-add-row]").before(first);
    blocks.at(-1).after(block);
    part(first, "field").focus();
  };
  const dropRow = (row) => {
    const block = row.closest("[data-block]");
    const builder = row.closest("[data-conditions]");
    if (all(block, "[data-row-of-conditions]").length > 1) row.remove();
    else if (block.classList.contains("is-group")) block.remove();
    else {
      part(row, "field").value = "";
      suit(row, false);
    }
    changed(builder.querySelector(".builder-main"));
  };

  document.addEventListener("change", (event) => {
    const row = event.target.closest?.("[data-row-of-conditions]");
    if (!row) return;
    if (event.target === part(row, "field")) suit(row, false);
    if (event.target === part(row, "operator")) suit(row, true);
  });
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    if (hit("[data-add-row]")) addRow(hit("[data-block]"));
    if (hit("[data-add-block]")) addBlock(hit("[data-conditions]"));
    if (hit("[data-drop-row]")) dropRow(hit("[data-row-of-conditions]"));
  });
  const ready = () => {
    const builder = document.querySelector("[data-conditions]:not([data-ready])");
    if (!builder) return;
    builder.dataset.ready = "";
    known = {};
    for (const [, fields] of JSON.parse(document.getElementById("fields").textContent)) for (const field of fields) known[field.name] = field;
    for (const button of all(builder, "button[hidden]")) button.hidden = false;
    for (const row of all(builder, "[data-row-of-conditions]")) suit(row, true);
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();
