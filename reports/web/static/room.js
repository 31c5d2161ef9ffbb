// Brings a page up to date in place, where nobody is typing; says when the agent no longer answers. Without this script
// everything works by loading the page again.
"use strict";
const EVERY_MS = 15000;

async function refresh() {
  const lost = document.getElementById("lost");
  try {
    const answer = await fetch(location.href, { headers: { "X-Refresh": "1" }, cache: "no-store" });
    lost.hidden = answer.ok;
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = document.getElementById("main");
    if (here.contains(document.activeElement) && document.activeElement.matches("input, select, button")) return;
    const there = page.getElementById("main");
    if (there && there.innerHTML !== here.innerHTML) here.innerHTML = there.innerHTML;
    document.title = page.title;
    document.querySelector("link[rel=icon]").href = page.querySelector("link[rel=icon]").getAttribute("href");
  } catch {
    lost.hidden = false;
  }
}

if (document.body.hasAttribute("data-refreshes")) {
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
