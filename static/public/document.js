// What the public pages do more with scripts: a signature can be drawn, and texts can be copied.
// Without this file a signature is typed, and everything else works alike.

const INK = "#111827";

function signature(form) {
  const canvas = form.querySelector("[data-canvas]");
  const drawn = form.querySelector("input[name$='-drawn']");
  const typed = form.querySelector("input[name$='-typed']");
  const panes = { typed: form.querySelector("[data-typed]"), drawn: form.querySelector("[data-drawn]") };
  const ways = [...form.querySelectorAll("[data-way]")];
  const pen = canvas.getContext("2d");
  let last = null;
  let strokes = 0;

  function choose(way) {
    for (const button of ways) button.setAttribute("aria-pressed", String(button.dataset.way === way));
    panes.typed.hidden = way !== "typed";
    panes.drawn.hidden = way !== "drawn";
    typed.disabled = way !== "typed";
    drawn.disabled = way !== "drawn";
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * canvas.width) / box.width,
      y: ((event.clientY - box.top) * canvas.height) / box.height,
    };
  }

  function clear() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    drawn.value = "";
    strokes = 0;
  }

  pen.lineWidth = 7;
  pen.lineCap = "round";
  pen.lineJoin = "round";
  pen.strokeStyle = INK;

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const steps = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const step of steps.length ? steps : [event]) {
      const next = place(step);
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      pen.lineTo(next.x, next.y);
      pen.stroke();
      last = next;
      strokes += 1;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      last = null;
    });
  }

  form.querySelector("[data-clear]").addEventListener("click", clear);
  for (const button of ways) button.addEventListener("click", () => choose(button.dataset.way));
  form.addEventListener("submit", () => {
    drawn.value = !drawn.disabled && strokes ? canvas.toDataURL("image/png") : "";
  });
  form.querySelector("[data-ways]").hidden = false;
  choose("typed");
}

function copying(button) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}

for (const form of document.querySelectorAll("[data-signature]")) signature(form);
if (navigator.clipboard) for (const button of document.querySelectorAll("[data-copy]")) copying(button);

// Whoever clicks "Decline" in a link of a mail finds the form open.
if (location.hash === "#reject") document.querySelector("#reject")?.setAttribute("open", "");
