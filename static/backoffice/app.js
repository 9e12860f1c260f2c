// What the pages do beyond links and forms. Without it they still work.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const open = (id) => {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("input[type=search]")?.select();
};

document.addEventListener("click", (event) => {
  const hit = (selector) => event.target.closest(selector);
  for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  if (hit("[data-theme-next]")) window.nextTheme();
  if (hit("[data-close]")) hit("[data-toast]")?.remove();
  if (hit("[data-open]")) open(hit("[data-open]").dataset.open);
  if (hit("[data-toggle-menu]")) toggleMenu(hit("[data-toggle-menu]"));
  if (hit("[data-shut]")) hit("dialog").close();
  if (event.target.tagName === "DIALOG") event.target.close();
  if (hit("[data-export]")) narrowExport(hit("[data-export]"));
  if (hit("a[href]")) leave(hit("a[href]"));
  const row = hit("tr[data-row]");
  if (row && !hit("a, button, input, label, select")) row.querySelector(".row-link")?.click();
});

function toggleMenu(button) {
  const shown = document.getElementById("menu").classList.toggle("show");
  button.setAttribute("aria-expanded", shown);
}

// The list may have been narrowed since the link was drawn.
function narrowExport(link) {
  const query = new URLSearchParams(location.search);
  query.set("export", new URL(link.href).searchParams.get("export"));
  query.delete("page");
  link.search = query;
}

// A link was followed: what was open above the page closes.
function leave(link) {
  for (const menu of all("details[data-menu][open]")) if (menu.contains(link)) menu.open = false;
  link.closest("dialog")?.close();
  if (link.closest("#menu")) document.getElementById("menu").classList.remove("show");
}

// A table that is wider than its place is moved by the arrow keys, once it is reached.
function reachTables() {
  for (const box of all(".table-responsive")) {
    const within = box.querySelector("a, button, input, select, textarea");
    if (!within && box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("resize", reachTables);

// Toasts go by themselves, unless somebody is at them.
function watchToasts() {
  for (const toast of all("[data-toast]:not([data-timed])")) {
    toast.dataset.timed = "";
    const wait = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? wait() : toast.remove()), 8000);
    wait();
  }
}

// The line of the side bar that the address belongs to.
function markSection() {
  const first = (path) => path.split("/")[1];
  for (const link of all("#menu a.nav-link")) {
    const here = first(link.getAttribute("href")) === first(location.pathname);
    link.classList.toggle("active", here);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// Of stages that are wider than the screen, the deal's own is in sight.
function showPlace() {
  for (const here of all(".path .is-here")) {
    const row = here.closest(".path");
    row.scrollLeft = here.offsetLeft - row.offsetLeft - 16;
  }
}

// An empty line follows the last one of a list that is typed into.
function growEntries(box) {
  const entries = all(".entry", box);
  const last = entries.at(-1);
  if (!last?.querySelector("input").value || entries.length >= 20) return;
  const next = last.cloneNode(true);
  for (const input of all("input", next)) {
    input.value = "";
    input.removeAttribute("id");
  }
  box.append(next);
}
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-entries]");
  if (box) growEntries(box);
});

const GO = { i: "/", c: "/contacts", e: "/companies", d: "/deals", a: "/activities", q: "/quotes", f: "/invoices" };
let going = false;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return open("palette");
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) return shut();
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (document.querySelector("dialog[open]")) return choose(event);
  if (typing) return;
  if (going) {
    going = false;
    if (GO[event.key]) document.querySelector(`#menu a[href="${GO[event.key]}"]`)?.click();
    return;
  }
  press(event);
});

// Escape closes the menu that is open, and leads back to what opened it.
function shut() {
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) menu.open = false;
  menu?.querySelector("summary").focus();
  const button = document.querySelector("[data-toggle-menu][aria-expanded='true']");
  if (button) toggleMenu(button);
  button?.focus();
}

// Whoever leaves a menu by the Tab key finds it closed.
document.addEventListener("focusin", (event) => {
  for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});

function press(event) {
  const moves = { j: 1, k: -1 };
  if (event.key === "g") {
    going = true;
    setTimeout(() => (going = false), 1200);
  } else if (event.key === "?") open("shortcuts");
  else if (event.key === "n") document.querySelector("[data-new]")?.click();
  else if (event.key === "/") {
    const field = document.querySelector("[data-find]");
    if (field) event.preventDefault();
    field?.focus();
  } else if (event.key === "x") document.activeElement.closest("tr[data-row]")?.querySelector("[name='ids']")?.click();
  else if (moves[event.key]) step(all("tr[data-row] .row-link"), moves[event.key]);
}

// Up and down through what the palette has found, and from the first of it back to what is searched for.
function choose(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  const palette = document.querySelector("#palette[open]");
  // Chromium's own answer is to empty the field.
  if (palette && event.key === "Escape") palette.close();
  if (!palette || !moves[event.key]) return;
  event.preventDefault();
  const found = all("a.palette-item", palette);
  if (event.key === "ArrowUp" && document.activeElement === found[0]) palette.querySelector("input").focus();
  else step(found, moves[event.key]);
}

function step(links, by) {
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)].focus();
}

document.addEventListener("htmx:after:swap", (event) => {
  const page = document.getElementById("page");
  // The link that was followed is gone with the page before: whoever reads by keys goes on in the new one.
  if (event.detail?.ctx?.target === page && document.activeElement === document.body) page.focus({ preventScroll: true });
  watchToasts();
  markSection();
  showPlace();
  reachTables();
});
document.addEventListener("htmx:error", () => {
  const box = document.getElementById("toasts");
  const text = document.createElement("div");
  text.className = "toast show toast-error";
  text.dataset.toast = "";
  text.textContent = document.documentElement.lang === "en" ? "No answer. Check your connection and try again." : "Sin respuesta. Revise su conexión e inténtelo de nuevo.";
  box.append(text);
  watchToasts();
});
watchToasts();
showPlace();
reachTables();
