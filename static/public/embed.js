/* Puts a form of Leader CRM where this script stands: <script src="…/embed.js" data-form="KEY" async></script>
   The page hears of what happens by events on the script's element: leadercrm:ready and leadercrm:sent. */
(function () {
  'use strict';
  var script = document.currentScript;
  var key = script && script.getAttribute('data-form');
  if (!key) return;
  var origin = new URL(script.src, window.location.href).origin;
  var page = new URL(window.location.href);
  var address = new URL('/f/' + encodeURIComponent(key), origin);
  var lang = script.getAttribute('data-lang') || (document.documentElement.lang || '').slice(0, 2);
  address.searchParams.set('framed', '1');
  if (lang === 'es' || lang === 'en') address.searchParams.set('lang', lang);
  ['source', 'medium', 'campaign', 'term', 'content'].forEach(function (name) {
    var value = page.searchParams.get('utm_' + name);
    if (value) address.searchParams.set('utm_' + name, value.slice(0, 255));
  });
  address.searchParams.set('page_url', (page.origin + page.pathname).slice(0, 1000));
  if (document.referrer) address.searchParams.set('referrer', document.referrer.slice(0, 1000));

  var frame = document.createElement('iframe');
  frame.src = address.href;
  frame.title = script.getAttribute('data-title') || 'Formulario';
  frame.referrerPolicy = 'strict-origin-when-cross-origin';
  frame.style.cssText = 'display:block;width:100%;height:30rem;border:0;color-scheme:normal';
  script.parentNode.insertBefore(frame, script);

  function announce(name, detail) {
    script.dispatchEvent(new CustomEvent('leadercrm:' + name, { bubbles: true, detail: detail }));
  }

  window.addEventListener('message', function (event) {
    var told = event.data;
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    if (!told || told.source !== 'leadercrm-form' || told.form !== key) return;
    if (typeof told.height === 'number' && told.height > 0 && told.height < 20000) {
      frame.style.height = told.height + 'px';
      announce('ready', { height: told.height });
    }
    if (told.done) {
      announce('sent', {});
      if (typeof told.redirect === 'string' && /^https?:\/\//i.test(told.redirect)) window.location.assign(told.redirect);
    }
  });
})();
