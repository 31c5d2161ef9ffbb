// Draws each chart with uPlot in the place of its picture. The pointer, a finger or the arrow keys read its values.
"use strict";
{
  const drawn = new Map(); // each figure, with its plot and the values that it shows
  const LINE = 14; // the height of a line of words in a chart, in pixels
  const FONT = "12px system-ui, sans-serif";

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const two = (number) => String(number).padStart(2, "0");
  const clock = (seconds) => {
    const at = new Date(seconds * 1000);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  const wide = (() => {
    const ctx = document.createElement("canvas").getContext("2d");
    ctx.font = FONT;
    return (words) => ctx.measureText(words).width;
  })();

  // Levels all along with their names beside them, and marks with theirs above: no name lies on another.
  const over = (chart) => (plot) => {
    const { ctx, bbox } = plot, scale = devicePixelRatio, colours = { floor: "--bad", offline: "--good", mark: "--soft" };
    ctx.save();
    ctx.font = FONT.replace("12", 12 * scale);
    ctx.lineWidth = scale;
    ctx.textAlign = "left";
    const line = (x1, y1, x2, y2) => { ctx.beginPath(); ctx.moveTo(x1, y1); ctx.lineTo(x2, y2); ctx.stroke(); };
    let last = -Infinity;
    for (const level of [...chart.levels].sort((one, other) => other.value - one.value)) {
      const y = plot.valToPos(level.value, "y", true);
      ctx.strokeStyle = ctx.fillStyle = colour(colours[level.style]);
      ctx.setLineDash(level.style === "floor" ? [3 * scale, 3 * scale] : [6 * scale, 3 * scale]);
      line(bbox.left, y, bbox.left + bbox.width, y);
      last = Math.max(y + 4 * scale, last + LINE * scale);
      ctx.fillText(level.name, bbox.left + bbox.width + 6 * scale, last);
    }
    ctx.setLineDash([]);
    ctx.strokeStyle = ctx.fillStyle = colour("--soft");
    const taken = [];
    for (const mark of chart.marks) {
      const x = plot.valToPos(mark.x, "x", true), long = ctx.measureText(mark.name).width, gap = 4 * scale;
      const begin = x + gap + long > bbox.left + bbox.width ? x - gap - long : x + gap, end = begin + long;
      let row = 0;
      while (taken.some((other) => other.row === row && begin < other.end + gap && other.begin < end + gap)) row += 1;
      taken.push({ row, begin, end });
      const y = bbox.top - (5 + LINE * row) * scale;
      line(x, y - 8 * scale, x, bbox.top + bbox.height);
      ctx.fillText(mark.name, begin, y);
    }
    ctx.restore();
  };

  const series = (line) => {
    const ink = colour("--draw");
    if (line.shape === "bars") return { stroke: ink, fill: colour("--other"), paths: uPlot.paths.bars({ size: [0.7, 40, 1] }), points: { show: false } };
    if (line.shape === "dots") return { stroke: ink, paths: () => null, points: { show: true, size: 6, fill: ink } };
    return { stroke: ink, width: 1.5, points: { show: false } };
  };

  // From the least to the most of the places, with some room; of a single place what lies around it.
  const spread = (places, room) => {
    const least = Math.min(...places), most = Math.max(...places);
    return least < most ? [least - room, most + room] : [least - 1, most + 1];
  };

  const draw = (figure) => {
    const values = figure.dataset.chart, chart = JSON.parse(values), before = drawn.get(figure);
    const read = before ? before.plot.cursor.idx : null;
    before?.plot.destroy();
    let said = figure.querySelector(".said");
    if (!said) {
      said = document.createElement("p");
      said.className = "said soft";
      said.setAttribute("role", "status");
      for (const picture of figure.querySelectorAll("svg")) picture.classList.add("drawn");
      figure.append(said);
    }
    const nothing = "touch the chart, point at it, or use the arrow keys, to read its values";
    const data = [chart.x, ...chart.lines.map((line) => line.values)];
    const lines = chart.lines.map(series);
    const bands = [];
    if (chart.low.length) {
      data.push(chart.high, chart.low);
      lines.push({ stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } });
      bands.push({ series: [lines.length - 1, lines.length], fill: colour("--band") });
    }
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    const powers = (_, splits) => splits.map((value) => (Math.abs(Math.log10(value) % 1) < 1e-6 ? value : null));
    const bars = chart.lines.some((line) => line.shape === "bars");
    const room = bars ? (chart.x[chart.x.length - 1] - chart.x[0]) / Math.max(chart.x.length - 1, 1) / 2 : 0;
    const plot = new uPlot({
      width: figure.clientWidth,
      height: figure.clientHeight - said.offsetHeight,
      padding: [8 + LINE * chart.marks.length, Math.max(chart.timed ? 36 : 16, ...chart.levels.map((level) => wide(level.name) + 10)), 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 }, bind: { mouseleave: kept } },
      scales: {
        x: { time: chart.timed, range: (_, least, most) => spread([least, most, ...chart.marks.map((mark) => mark.x)], room) },
        y: chart.by_powers ? { distr: 3, range: (_, __, most) => [chart.least, Math.max(most, ...chart.levels.map((level) => level.value)) * 1.3] }
          : { range: (_, __, most) => [0, chart.top ?? Math.max(most, 1) * 1.05] },
      },
      axes: [
        { ...axis, space: 90, ...(chart.timed ? { values: (_, splits) => splits.map((at) => clock(at).slice(0, 10)) } : {}) },
        { ...axis, size: 54, ...(chart.by_powers ? { grid: { ...axis.grid, filter: powers }, ticks: { ...axis.ticks, filter: powers } } : {}) },
      ],
      series: [{}, ...lines],
      bands,
      hooks: {
        draw: [over(chart)],
        setCursor: [(here) => {
          const at = here.cursor.idx;
          said.textContent = at === null || at === undefined ? nothing : (chart.at.length ? `${clock(chart.at[at])}: ` : "") + chart.told[at];
        }],
      },
    }, data, figure);
    said.textContent = nothing;
    figure.prepend(plot.root);
    drawn.set(figure, { plot, values });
    if (read !== null && read !== undefined) readAt(figure, read);
  };

  // A finger leaves no pointer behind: what it read stays, whatever the browser says of a mouse that left.
  let touchedAt = -Infinity;
  function kept(_, __, leave) {
    return (event) => { if (event.timeStamp - touchedAt > 1000) leave(event); };
  }

  const readAt = (figure, at) => {
    const { plot } = drawn.get(figure), places = plot.data[0];
    const place = Math.min(Math.max(at, 0), places.length - 1);
    plot.setCursor({ left: plot.valToPos(places[place], "x"), top: 10 });
  };

  const drawAll = () => {
    for (const [figure, { plot }] of drawn) if (!figure.isConnected) { plot.destroy(); drawn.delete(figure); }
    for (const figure of document.querySelectorAll(".chart")) if (drawn.get(figure)?.values !== figure.dataset.chart) draw(figure);
  };

  document.addEventListener("keydown", (event) => {
    const figure = event.target.closest?.(".chart");
    if (!figure || !drawn.has(figure)) return;
    const { plot } = drawn.get(figure), last = plot.data[0].length - 1, at = plot.cursor.idx;
    const next = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? last + 1) - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") plot.setCursor({ left: -10, top: -10 });
    else if (next === undefined) return;
    else readAt(figure, next);
    event.preventDefault();
  });
  const touched = (event) => {
    const figure = event.target.closest?.(".chart");
    if (!figure || !drawn.has(figure)) return;
    const { plot } = drawn.get(figure);
    touchedAt = event.timeStamp;
    plot.setCursor({ left: event.touches[0].clientX - plot.over.getBoundingClientRect().left, top: 10 });
  };
  document.addEventListener("touchstart", touched, { passive: true });
  document.addEventListener("touchmove", touched, { passive: true });
  document.addEventListener("htmx:after:swap", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const figure of drawn.keys()) draw(figure); });
  addEventListener("resize", () => {
    for (const [figure, { plot }] of drawn) {
      plot.setSize({ width: figure.clientWidth, height: figure.clientHeight - figure.querySelector(".said").offsetHeight });
    }
  });
  drawAll();
}
