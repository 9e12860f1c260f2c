// A document as a PDF: one that there is, or one that is being written, drawn anew a moment after each change.
(() => {
  const show = (box, blob) => {
    let frame = box.querySelector("iframe");
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = box.getAttribute("aria-label");
      box.append(frame);
    }
    if (box.dataset.shown) URL.revokeObjectURL(box.dataset.shown);
    box.dataset.shown = frame.src = URL.createObjectURL(blob);
  };
  const say = (box, text) => {
    const line = box.querySelector("[data-preview-told]");
    if (line) line.textContent = text;
  };
  const load = async (box) => {
    const form = box.dataset.previewOf && document.querySelector(box.dataset.previewOf);
    const sent = form ? { method: "POST", body: new FormData(form) } : {};
    box.setAttribute("aria-busy", "true");
    const answer = await fetch(box.dataset.preview, sent).catch(() => null);
    box.removeAttribute("aria-busy");
    if (!answer) return;
    if (!answer.ok) return say(box, await answer.text());
    say(box, "");
    show(box, await answer.blob());
  };
  let timer;
  const later = (box) => {
    clearTimeout(timer);
    timer = setTimeout(() => load(box), 900);
  };
  const changed = (event) => {
    const box = document.querySelector("[data-preview][data-preview-of][open]");
    if (box && event.target.closest?.(box.dataset.previewOf)) later(box);
  };
  for (const name of ["input", "change", "lines"]) document.addEventListener(name, changed);
  document.addEventListener("toggle", (event) => event.target.matches?.("details[data-preview]") && event.target.open && load(event.target), true);
  const ready = () => {
    for (const box of document.querySelectorAll("section[data-preview]:not([data-ready])")) {
      box.dataset.ready = "";
      load(box);
    }
  };
  ready();
  document.addEventListener("htmx:after:swap", ready);
})();
