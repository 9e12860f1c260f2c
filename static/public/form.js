// A form's page: it tells the page that shows it in a frame how high it is, and is sent once. It works without this.
const section = document.querySelector('[data-form]');
const isFramed = window.parent !== window;

function tell(message) {
  if (isFramed) window.parent.postMessage({ source: 'leadercrm-form', form: section.dataset.form, ...message }, '*');
}

function tellHeight() {
  tell({ height: Math.ceil(section.getBoundingClientRect().bottom + window.scrollY) });
}

function leadsOut(address) {
  return /^https?:\/\//i.test(address || '');
}

if (section) {
  if (isFramed) section.classList.add('framed');
  new ResizeObserver(tellHeight).observe(section);
  tellHeight();

  if (section.dataset.done) {
    const redirect = leadsOut(section.dataset.redirect) ? section.dataset.redirect : null;
    tell({ done: true, redirect });
    if (redirect && !isFramed) window.location.replace(redirect);
  }

  const wrong = section.querySelector('[aria-invalid]');
  if (wrong) wrong.focus({ preventScroll: isFramed });

  const form = section.querySelector('form');
  if (form) {
    form.addEventListener('submit', (event) => {
      const button = form.querySelector('[type=submit]');
      if (button.getAttribute('aria-busy')) event.preventDefault();
      button.setAttribute('aria-busy', 'true');
    });
    // Back from the page after: it may be sent again.
    window.addEventListener('pageshow', () => form.querySelector('[type=submit]').removeAttribute('aria-busy'));
  }
}
