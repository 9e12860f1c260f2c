// What axe-core finds, a text for each rule that is broken. `theirs` names rules that a widget may break.
({ options, theirs }) => {
  const excused = (rule, node) =>
    Object.entries(theirs).some(([widget, rules]) => rules.includes(rule) && document.querySelector(node.target[0])?.closest(widget));
  const told = (node) => `\n    ${node.target.join(" ")}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message}`;
  return axe.run(document, options).then((found) =>
    found.violations
      .map(({ id, help, nodes }) => ({ id, help, nodes: nodes.filter((node) => !excused(id, node)) }))
      .filter(({ nodes }) => nodes.length)
      .map(({ id, help, nodes }) => `${id}: ${help}${nodes.slice(0, 5).map(told).join("")}`),
  );
}
