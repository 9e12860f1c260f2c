// Lists: ticking rows, the order of columns, and the place that one comes back to.
(() => {
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];
  const ticks = () => every("#list input[name='ids']");

  // How many rows are ticked stands beside what can be done with them.
  function count() {
    const boxes = ticks();
    const ticked = boxes.filter((box) => box.checked);
    const whole = document.querySelector("#bulk [name='all']");
    const shown = document.querySelector("[data-ticked]");
    if (shown) shown.textContent = ticked.length;
    for (const box of boxes) box.closest("tr").classList.toggle("is-ticked", box.checked);
    const head = document.querySelector("[data-tick-all]");
    if (head) {
      head.checked = boxes.length > 0 && ticked.length === boxes.length;
      head.indeterminate = ticked.length > 0 && !head.checked;
    }
    if (whole && !ticked.length) whole.checked = false;
  }

  function tick(value) {
    for (const box of ticks()) box.checked = value;
    count();
  }

  let last = null;
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    if (hit("[data-untick]")) tick(false);
    if (hit("li [data-up]")) {
      const line = hit("[data-up]").closest("li");
      if (line.previousElementSibling) line.after(line.previousElementSibling);
      hit("[data-up]").focus();
    }
    const box = hit("input[name='ids']");
    // With Shift, the rows between go with it.
    if (box) {
      const boxes = ticks();
      if (event.shiftKey && boxes.includes(last)) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      count();
    }
    const link = hit("tr[data-row] a.row-link");
    if (link) remember(link);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) tick(event.target.checked);
  });
  // What a cell cuts off is told to whoever points at it.
  document.addEventListener("pointerover", (event) => {
    const cell = event.target.closest?.(".list-table td");
    const cut = cell && [cell, ...cell.querySelectorAll("a, span")].some((each) => each.scrollWidth > each.clientWidth && each.clientWidth);
    if (cut && !cell.title) cell.title = cell.innerText.trim();
  });
  // The filters may have changed since the forms beside the list were drawn.
  document.addEventListener("submit", (event) => {
    const state = event.target.querySelector?.("[data-state]");
    if (state) state.value = location.search.slice(1);
  });

  // Back from a row, the list is where it was, and the row has the focus.
  const KEY = "place";
  const here = () => location.pathname + location.search;
  const remember = (link) =>
    sessionStorage.setItem(KEY, JSON.stringify({ list: here(), row: link.getAttribute("href"), top: window.scrollY }));
  function comeBack() {
    const place = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (!place || place.list !== here()) return;
    const link = every("#list a.row-link").find((each) => each.getAttribute("href") === place.row);
    if (!link) return;
    sessionStorage.removeItem(KEY);
    link.focus({ preventScroll: true });
    window.scrollTo(0, place.top);
  }
  let back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  window.addEventListener("popstate", () => (back = true));
  document.addEventListener("htmx:after:swap", () => {
    count();
    if (back) requestAnimationFrame(comeBack);
    back = false;
  });
  count();
  if (back) comeBack();
  back = false;
})();
