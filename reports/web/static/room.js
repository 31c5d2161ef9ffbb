// Brings a page up to date in place when the agent says that something changed, where nobody is typing; says when the
// agent no longer answers. Without this script everything works by loading the page again.
"use strict";
const QUIET_MS = 40000; // the agent says every 15 seconds that it lives
const KEYS = { n: "/", i: "/incidents", b: "/budget", s: "/silences" };
const lost = document.getElementById("lost");
let heard = Date.now(), stale = false;

function typing() {
  const active = document.activeElement;
  return active && active.matches("input, select, textarea") && document.getElementById("main").contains(active);
}

async function refresh() {
  if (typing() || document.hidden) { stale = true; return; }
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) { lost.hidden = false; return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = document.getElementById("main"), there = page.getElementById("main");
    if (there && there.innerHTML !== here.innerHTML) here.innerHTML = there.innerHTML;
    document.title = page.title;
    document.querySelector("link[rel=icon]").href = page.querySelector("link[rel=icon]").getAttribute("href");
    lost.hidden = true;
    stale = false;
  } catch {
    lost.hidden = false;
  }
}

// A browser has six connections to a host: only pages that somebody sees may keep one.
let events = null;

function listen() {
  if (document.hidden || events) return;
  heard = Date.now();
  events = new EventSource("/changes");
  const alive = () => { heard = Date.now(); if (!lost.hidden) refresh(); };
  events.onopen = alive;
  events.onerror = () => { if (events && events.readyState === EventSource.CLOSED) refresh(); }; // perhaps to the login
  events.addEventListener("alive", alive);
  events.addEventListener("changed", () => { heard = Date.now(); refresh(); });
}

function stopListening() {
  if (events) events.close();
  events = null;
}

function keepUpToDate() {
  listen();
  setInterval(() => { if (events && Date.now() - heard > QUIET_MS) lost.hidden = false; }, 5000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stopListening(); return; }
    listen();
    refresh();
  });
  addEventListener("pagehide", stopListening);
  addEventListener("pageshow", (event) => { if (event.persisted) { listen(); refresh(); } });
  document.addEventListener("focusout", () => { if (stale) setTimeout(refresh, 0); });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const help = document.getElementById("keys");
  if (event.key === "?") help.hidden = !help.hidden;
  else if (event.key === "Escape") help.hidden = true;
  else if (event.key === "/") document.querySelector(".filters input, .filters select")?.focus();
  else if (event.key === "a") document.querySelector("form[action$='/acknowledge'] input:not([type=hidden])")?.focus();
  else if (KEYS[event.key]) location.href = KEYS[event.key];
  else return;
  event.preventDefault();
});

if (document.body.hasAttribute("data-refreshes")) keepUpToDate();
