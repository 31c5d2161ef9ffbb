"""What a browser shows and nobody can read or touch: words that are cut, covered or outside their picture.

Each is a function in JavaScript; it answers with a line for whatever is wrong.
"""

UNREADABLE = """([mayScroll]) => {
  const wrong = [], shown = (each) => each.checkVisibility({ visibilityProperty: true });
  const inside = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  const over = (a, b) => Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const pairs = (all, least) => all.forEach(([one, a], at) => all.slice(at + 1).forEach(([other, b]) => {
    if (over(a, b) > least) wrong.push(`${other.textContent} lies on ${one.textContent}`);
  }));
  const boxed = (all) => [...all].map((each) => [each, each.getBoundingClientRect()]);

  for (const place of document.querySelectorAll(".scroll, .picture, nav ul, thead tr")) {
    if (!shown(place) || place.scrollWidth <= place.clientWidth + 1) continue;
    const sign = getComputedStyle(place).backgroundImage.includes("gradient");
    if (!sign || (!mayScroll && place.matches(".scroll, .picture"))) wrong.push(`to the side: ${place.innerText}`);
    for (const cell of place.querySelectorAll("td")) {
      const pinned = getComputedStyle(cell).position === "sticky";
      const wide = cell.offsetWidth > place.clientWidth / 3 + 1;
      if (pinned && (cell.cellIndex || wide)) wrong.push(`pinned: ${cell.innerText}`);
    }
  }
  for (const row of document.querySelectorAll("tr")) pairs(boxed([...row.cells].filter(shown)), 1);

  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const range = document.createRange(), holds = "td, th, p, li, pre, h1, h2, h3, button";
  for (let words = walker.nextNode(); words; words = walker.nextNode()) {
    const parent = words.parentElement;
    if (!words.data.trim() || !shown(parent) || parent.closest("svg, option, summary")) continue;
    range.selectNodeContents(words);
    for (let holder = parent; holder !== document.body; holder = holder.parentElement) {
      const cuts = holder.matches(holds) || getComputedStyle(holder).overflowX !== "visible";
      if (!cuts || holder.matches(mayScroll ? ".scroll, thead tr" : "thead tr")) continue;
      const around = holder.getBoundingClientRect();
      if (![...range.getClientRects()].every((rect) => inside(rect, around))) wrong.push(`cut: ${words.data}`);
      if (holder.matches("thead.sorts th")) break; // their row scrolls
    }
  }
  for (const svg of document.querySelectorAll("svg")) {
    if (!shown(svg)) continue;
    const around = svg.getBoundingClientRect(), texts = boxed(svg.querySelectorAll("text"));
    if (around.width < 120) wrong.push(`a speck: ${svg.textContent}`);
    for (const [text, box] of texts) {
      const tiny = box.height < 11, outside = !inside(box, around) || box.top < around.top - 1;
      if (tiny || outside) wrong.push(`outside its picture, or tiny: ${text.textContent}`);
    }
    pairs(texts, 3);
  }
  return wrong;
}"""

RECORDED = """
window.written = new Map();
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (words, x, y, ...rest) {
  const { canvas, textAlign, textBaseline, font } = this, at = this.getTransform().transformPoint(new DOMPoint(x, y));
  const wide = this.measureText(words).width, high = parseFloat(font.match(/([\\d.]+)px/)[1]);
  const left = at.x - ({ right: wide, end: wide, center: wide / 2 }[textAlign] ?? 0);
  const top = at.y - ({ top: 0, middle: high / 2 }[textBaseline] ?? high);
  if (!written.has(canvas)) written.set(canvas, new Map());
  written.get(canvas).set(words, { words, left, right: left + wide, top, bottom: top + high, room: canvas.width });
  return fillText.call(this, words, x, y, ...rest);
};
"""
"""To be run before a page: it keeps where words are written on each canvas, for `WRITTEN_OVER`."""

WRITTEN_OVER = """() => [...written.values()].flatMap((all) => [...all.values()].flatMap((a, at, each) => [
  ...(a.left < -1 || a.right > a.room + 1 || a.top < -1 ? [`outside: ${a.words}`] : []),
  ...each.slice(at + 1).filter((b) => Math.min(a.right, b.right) > Math.max(a.left, b.left)
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3).map((b) => `${b.words} lies on ${a.words}`),
]))"""

TOO_SMALL = """([least, of]) => [...document.querySelectorAll(of)].filter((each) => each.checkVisibility())
  .map((each) => [each.innerText || each.name, each.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < Math.min(least, 24))
  .map(([words, box]) => `${words}: ${box.width} x ${box.height}`)"""
"""What can be touched and is lower than `least` pixels, or narrower than 24."""

AFTER = "(element) => getComputedStyle(element, '::after').content"
"""The words that a style sheet puts behind an element."""
