// The calendar. What an entry was dragged to is the server's to accept: afterwards it is asked for again.
(() => {
  const VIEWS = ["dayGridMonth", "timeGridWeek", "timeGridDay", "listWeek"];
  const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false };
  const draw = () => {
    const box = document.querySelector("#calendar:not([data-drawn])");
    if (!box || !window.FullCalendar) return;
    box.dataset.drawn = "";
    const address = new URL(location.href);
    const loaded = Date.now();
    const begun = Date.parse(`${box.dataset.now}Z`);
    const whose = document.querySelector("[data-whose]");
    const remember = (name, value) => {
      const here = new URL(location.href);
      if (value) here.searchParams.set(name, value);
      else here.searchParams.delete(name);
      history.replaceState(history.state, "", here);
    };
    // A link that htmx follows as it follows every other.
    const go = (href) => {
      const link = Object.assign(document.createElement("a"), { href, hidden: true });
      box.after(link);
      if (window.htmx) htmx.process(link);
      link.click();
      link.remove();
    };
    const post = (url, values) => htmx.ajax("POST", url, { values, target: "#page", swap: "none" }).finally(() => calendar.refetchEvents());
    // A day alone begins with the working day.
    const hour = (text) => (text.includes("T") ? wall(text).slice(0, 16) : `${text}T09:00`);
    const wall = (text) => text.replace(/(Z|[+-]\d\d:\d\d)$/, "");
    const moved = ({ event }) => post(event.extendedProps.move, { start: wall(event.startStr), ...(event.endStr && !event.allDay ? { end: wall(event.endStr) } : {}) });
    const asked = address.searchParams.get("view");
    const narrow = window.matchMedia("(max-width: 767px)");
    const shape = () => ({
      headerToolbar: narrow.matches ? { start: "title", end: "prev,next" } : { start: "prev,next today", center: "title", end: VIEWS.join(",") },
      footerToolbar: narrow.matches ? { start: "today", end: VIEWS.join(",") } : false,
      // A day's number is too small for a finger.
      navLinks: !narrow.matches,
    });
    // A box of its own: htmx would carry the style of one with an id over to the next page's, which the CSP refuses.
    const sheet = document.createElement("div");
    box.append(sheet);
    const calendar = new FullCalendar.Calendar(sheet, {
      plugins: FullCalendar.plugins,
      locales: FullCalendar.locales,
      locale: document.documentElement.lang.slice(0, 2),
      timeZone: "UTC",
      now: () => new Date(begun + Date.now() - loaded).toISOString(),
      initialView: VIEWS.includes(asked) ? asked : narrow.matches ? "listWeek" : "dayGridMonth",
      initialDate: /^\d{4}-\d\d-\d\d$/.test(address.searchParams.get("date") ?? "") ? address.searchParams.get("date") : undefined,
      ...shape(),
      firstDay: 1,
      nowIndicator: true,
      eventTimeFormat: CLOCK,
      slotHeaderFormat: CLOCK,
      views: { list: { titleFormat: narrow.matches ? { day: "numeric", month: "short" } : undefined } },
      dayMaxEvents: true,
      height: "auto",
      slotMinTime: "06:00:00",
      slotMaxTime: "22:00:00",
      scrollTime: "08:00:00",
      defaultTimedEventDuration: "00:30",
      editable: Boolean(box.dataset.plan),
      longPressDelay: 400,
      events: async ({ startStr, endStr }) => {
        const query = new URLSearchParams({ start: wall(startStr), end: wall(endStr), whose: whose.value });
        const answer = await fetch(`${box.dataset.entries}?${query}`, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(answer.status);
        const found = await answer.json();
        const cut = document.querySelector(".calendar-cut");
        cut.hidden = !found.cut;
        cut.textContent = found.cut ? box.dataset.cut : "";
        return found.entries;
      },
      datesSet: ({ view }) => {
        remember("view", view.type);
        remember("date", calendar?.getDate().toISOString().slice(0, 10));
      },
      eventDrop: moved,
      eventResize: moved,
      eventClick: ({ event, jsEvent }) => {
        jsEvent.preventDefault();
        if (jsEvent.target.closest("[data-tick]")) return post(event.extendedProps.complete, {});
        go(event.url);
      },
      dateClick: ({ dateStr }) => box.dataset.plan && go(`${box.dataset.plan}?due_at=${encodeURIComponent(hour(dateStr))}`),
      eventDidMount: ({ event, el }) => {
        el.title = [event.title, event.extendedProps.who].filter(Boolean).join(" · ");
        if (!event.extendedProps.complete) return;
        const tick = Object.assign(document.createElement("button"), { type: "button", className: "entry-tick" });
        tick.dataset.tick = "";
        tick.setAttribute("aria-label", `${box.dataset.complete}: ${event.title}`);
        el.append(tick);
      },
    });
    whose.addEventListener("change", () => {
      remember("whose", whose.value);
      calendar.refetchEvents();
    });
    calendar.render();
    // As wide as it was, it shows again what it showed.
    let wide = calendar.view.type;
    narrow.addEventListener("change", () => {
      if (narrow.matches) wide = calendar.view.type;
      for (const [name, value] of Object.entries(shape())) calendar.setOption(name, value);
      if (!asked) calendar.changeView(narrow.matches ? "listWeek" : wide);
    });
  };
  draw();
  document.addEventListener("htmx:after:swap", draw);
})();
