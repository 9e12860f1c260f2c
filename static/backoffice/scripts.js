// The scripts and styles that pages bring, when they come by htmx. A script runs once in a document, after those that are
// named before it: what it hears on the document it would hear twice otherwise, as soon as a page comes a second time.
// What it does to a page it does at its start and after each swap.
(() => {
  const at = (path) => new URL(path, document.baseURI).href;
  const known = new Set([...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((each) => each.src || each.href));
  const bring = (named) => {
    const address = at(named.getAttribute("src") ?? named.getAttribute("href"));
    if (known.has(address)) return;
    known.add(address);
    const made = document.createElement(named.tagName);
    Object.assign(made, named.tagName === "LINK" ? { rel: "stylesheet", href: address } : { src: address, async: false });
    document.head.append(made);
  };
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    // Of a whole page, which is what one comes back to, htmx takes the body alone.
    const head = ctx.text?.match(/<head[\s>][\s\S]*?<\/head>/i)?.[0];
    if (head) new DOMParser().parseFromString(head, "text/html").querySelectorAll("script[src], link[rel=stylesheet]").forEach(bring);
    for (const { fragment } of tasks) {
      for (const named of fragment.querySelectorAll("script[src], link[rel=stylesheet]")) {
        named.remove();
        bring(named);
      }
    }
  });
})();
