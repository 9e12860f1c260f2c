// Tabler's style sheet without the rules that no page uses: it has a class for everything, and pages name a tenth of
// them. A class is kept if its name stands in a template, a script or a module.
const ours = "{crm,billing,marketing,events,leadercrm}";

module.exports = {
  css: ["node_modules/@tabler/core/dist/css/tabler.min.css"],
  content: ["templates/**/*.html", "static/{backoffice,embedded}/**/*.js", `${ours}/**/*.{html,js,py}`],
  // Put together of a part and a word: `btn-{{ act.look }}`, `bg-{{ tint }}-lt`.
  safelist: [/^bg-[a-z]+-lt$/, /^btn-[a-z]+$/],
};
