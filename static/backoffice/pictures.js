// Choosing a picture for a block of a campaign: the tenant's shelf in a dialog, which the server draws.
(() => {
  let block = null;
  const dialog = () => document.getElementById("pictures");
  const choose = (picture) => {
    const field = block.querySelector('[data-part="src"]');
    field.value = picture.dataset.picture;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    dialog().close();
    block.querySelector('[data-part="alt"]').focus();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-choose-picture]");
    if (opener) {
      block = opener.closest(".block");
      dialog().showModal();
      htmx.ajax("GET", dialog().dataset.shelf, { target: "#shelf", swap: "innerHTML" });
    }
    const chosen = event.target.closest("[data-picture]");
    if (chosen && block) choose(chosen);
  });
  // Whoever has just added a picture wants that one.
  document.addEventListener("htmx:after:swap", () => {
    const added = document.querySelector("#shelf [data-added]");
    if (added && block && dialog()?.open) choose(added);
  });
})();
