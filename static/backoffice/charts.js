// The start page's charts. What they show stands beside them as tables, for those who do not see them.
(() => {
  // A colour as the canvas takes it: the style sheet mixes some of them.
  const css = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    return color.startsWith("color(") ? `rgb(${color.match(/[\d.]+/g).slice(0, 3).map((part) => part * 255).join(" ")} / ${color.match(/\/ ([\d.]+)/)?.[1] ?? 1})` : color;
  };
  const short = (value) => (value >= 1e6 ? `$${(value / 1e6).toFixed(1)} M` : value >= 1e3 ? `$${Math.round(value / 1e3)} k` : `$${value}`);
  const draw = () => {
    if (!window.Chart) return;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const canvas of document.querySelectorAll("canvas[data-chart]:not([data-drawn])")) {
      canvas.dataset.drawn = "";
      const { labels, values, goals, urls } = JSON.parse(document.getElementById(`chart-${canvas.dataset.chart}`).textContent);
      const across = canvas.dataset.chart === "stages";
      const money = { ticks: { callback: short, color: css("--tblr-secondary"), maxTicksLimit: 5, padding: 8 }, grid: { color: css("--tblr-border-color"), drawTicks: false }, border: { display: false } };
      const names = { ticks: { color: css("--tblr-secondary"), maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false }, border: { display: false } };
      new Chart(canvas, {
        type: "bar",
        data: { labels, datasets: [...(goals?.some(Boolean) ? [{ type: "line", data: goals, borderColor: css("--tblr-orange"), borderWidth: 2, borderDash: [4, 4], pointRadius: 2, spanGaps: true }] : []), { data: values, backgroundColor: css("--tblr-primary"), borderRadius: 5, maxBarThickness: 22 }] },
        options: {
          indexAxis: across ? "y" : "x",
          maintainAspectRatio: false,
          animation: false,
          onClick: (event, hits) => urls?.[hits[0]?.index] && location.assign(urls[hits[0].index]),
          plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => short(item.raw) } } },
          scales: across ? { x: money, y: names } : { x: names, y: money },
        },
      });
    }
  };
  draw();
  document.addEventListener("htmx:after:swap", draw);
})();
