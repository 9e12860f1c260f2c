// The writer of a campaign: its content as blocks, and the mail beside it as it will look. The textarea holds what is
// stored; HTML that is not of these blocks stays as it is, in a block of its own. Without this one writes HTML.
(() => {
  const BUTTON = "display:inline-block;padding:12px 24px;border-radius:6px;background-color:#1f5fbf;color:#ffffff;text-decoration:none;font-weight:600";
  const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
  const editors = new WeakMap();
  const part = (block, name) => block.querySelector(`[data-part="${name}"]`);
  const value = (block, name) => part(block, name).value.trim();

  // From HTML to blocks …
  const PLAIN = "h1, h2, h3, p, ul, ol, li, strong, b, em, i, u, br, a[href]";
  const isPlain = (node) => node.matches("h1, h2, h3, p, ul, ol") && [node, ...node.querySelectorAll("*")].every((each) => each.matches(PLAIN) && !each.matches("[data-style], [class], [align]"));
  const kindOf = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return "html";
    if (isPlain(node)) return "plain";
    if (node.matches("div.b-text")) return "text";
    if (node.matches("div.b-button") && node.querySelector("a")) return "button";
    if (node.matches("div.b-image") && node.querySelector("img")) return "image";
    return node.matches("hr.b-divider") ? "divider" : "html";
  };
  // The page's policy has no styles in it: what is read here keeps them under another name meanwhile.
  const read = (html) => {
    const found = [];
    const parsed = new DOMParser().parseFromString(html.replaceAll(" style=", " data-style="), "text/html");
    for (const node of parsed.body.childNodes) {
      const source = (node.outerHTML ?? node.textContent).replaceAll(" data-style=", " style=");
      if (!source.trim()) continue;
      const type = kindOf(node);
      const last = found.at(-1);
      if (last?.type === type && ["html", "plain"].includes(type)) last.source += source;
      else found.push({ type, node, source });
    }
    return found;
  };
  const fill = (block, { type, node, source, inner }) => {
    if (type === "text") startText(block, inner ?? "");
    if (!node) return;
    if (type === "html") part(block, "html").value = source.trim();
    if (type === "button") {
      part(block, "text").value = node.querySelector("a").textContent;
      part(block, "href").value = node.querySelector("a").getAttribute("href") ?? "";
    }
    if (type === "image") {
      for (const name of ["src", "alt"]) part(block, name).value = node.querySelector("img").getAttribute(name) ?? "";
      part(block, "href").value = node.querySelector("a")?.getAttribute("href") ?? "";
    }
  };
  // … and back.
  const write = (block) => {
    const type = block.dataset.type;
    if (type === "text") return `<div class="b-text">${editors.get(block).getSemanticHTML().replaceAll("&nbsp;", " ")}</div>`;
    if (type === "divider") return '<hr class="b-divider" style="border:0;border-top:1px solid #d9dee6;margin:24px 0">';
    if (type === "html") return value(block, "html");
    const address = escape(value(block, "href"));
    if (type === "button") return `<div class="b-button" style="text-align:center;margin:24px 0"><a href="${address}" style="${BUTTON}">${escape(value(block, "text"))}</a></div>`;
    const picture = `<img src="${escape(value(block, "src"))}" alt="${escape(value(block, "alt"))}" style="max-width:100%">`;
    return `<div class="b-image" style="margin:16px 0">${address ? `<a href="${address}">${picture}</a>` : picture}</div>`;
  };

  const startText = (block, html) => {
    const toolbar = [["bold", "italic", "underline"], [{ header: 2 }, { header: 3 }], [{ list: "bullet" }, { list: "ordered" }], ["link", "clean"]];
    const quill = new Quill(block.querySelector("[data-text]"), { theme: "snow", modules: { toolbar }, formats: ["bold", "italic", "underline", "header", "list", "link"] });
    quill.clipboard.dangerouslyPasteHTML(html, "silent");
    editors.set(block, quill);
    quill.on("text-change", () => changed(block.closest("form")));
  };
  const make = (type) => document.querySelector(`template[data-kind="${type}"]`).content.firstElementChild.cloneNode(true);
  const place = (box, found) => {
    const type = found.type === "plain" ? "text" : found.type;
    const block = make(type);
    box.append(block);
    fill(block, { ...found, type, inner: found.type === "plain" ? found.source : found.node?.innerHTML });
    return block;
  };

  const timers = new WeakMap();
  const changed = (form) => {
    const box = form.querySelector("[data-blocks]");
    form.elements.content.value = [...box.children].map(write).filter(Boolean).join("\n");
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => show(form), 600));
  };
  // The frame gets what stands in the form by a form of its own: this one is stored when it is sent.
  const show = (form) => {
    if (!form.isConnected) return;
    form.dispatchEvent(new CustomEvent("written"));
    const sent = document.createElement("form");
    Object.assign(sent, { method: "post", action: form.querySelector("[data-preview]").formAction, target: "draft", hidden: true });
    for (const name of ["csrfmiddlewaretoken", "subject", "preheader", "content", "contact_id"]) {
      const field = document.createElement("textarea");
      Object.assign(field, { name, value: form.elements[name].value });
      sent.append(field);
    }
    document.body.append(sent);
    sent.submit();
    sent.remove();
  };

  // What drags is loaded when a hand comes near; the arrows do without.
  const letDrag = (box, form) => {
    const start = () => Sortable.create(box, { handle: ".block-grip", animation: 120, onEnd: () => changed(form) });
    if (window.Sortable) return start();
    const script = document.createElement("script");
    Object.assign(script, { src: box.dataset.sortable, onload: start });
    document.head.append(script);
  };
  const ready = () => {
    const composer = document.querySelector("[data-composer]:not([data-ready])");
    if (!composer || !window.Quill) return;
    composer.dataset.ready = "";
    const form = composer.closest("form");
    const box = composer.querySelector("[data-blocks]");
    const source = form.elements.content;
    for (const node of [box, composer.querySelector("[data-add-blocks]")]) node.hidden = false;
    source.hidden = composer.querySelector("[data-preview]").hidden = true;
    const found = read(source.value);
    for (const each of found.length ? found : [{ type: "text" }]) place(box, each);
    box.addEventListener("pointerover", () => letDrag(box, form), { once: true });
    form.addEventListener("input", () => changed(form));
    form.addEventListener("change", () => changed(form));
    show(form);
  };
  const act = (button, block) => {
    const form = block.closest("form");
    const beside = button.matches("[data-up]") ? block.previousElementSibling : block.nextElementSibling;
    if (button.matches("[data-drop]")) block.remove();
    else if (beside) button.matches("[data-up]") ? beside.before(block) : beside.after(block);
    button.focus();
    changed(form);
  };
  const setWidth = (button) => {
    const side = button.closest(".composer-side");
    for (const each of side.querySelectorAll("[data-width]")) {
      each.classList.toggle("active", each === button);
      each.setAttribute("aria-pressed", each === button);
    }
    side.querySelector("[data-frame]").dataset.frame = button.dataset.width;
  };
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    const adding = hit("[data-composer] [data-add]");
    if (adding) {
      const form = adding.closest("form");
      const block = place(form.querySelector("[data-blocks]"), { type: adding.dataset.add });
      changed(form);
      (block.querySelector(".ql-editor") ?? block.querySelector("input, textarea"))?.focus();
    }
    const button = hit(".block-acts button");
    if (button) act(button, button.closest(".block"));
    if (hit("[data-width]")) setWidth(hit("[data-width]"));
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-merge]") || !event.target.value) return;
    const quill = editors.get(event.target.closest(".block"));
    const at = quill.getSelection(true).index;
    quill.insertText(at, event.target.value, "user");
    event.target.value = "";
  });
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();
