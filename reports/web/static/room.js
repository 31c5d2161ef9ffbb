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

// The forms of a page that hold words, each with its fields.
function typed(main) {
  return [...main.querySelectorAll("form.says")]
    .map((form) => [form, [...form.querySelectorAll("input:not([type=hidden])")].filter((field) => field.value)])
    .filter(([, fields]) => fields.length);
}

// What was typed into a form, into the same form of the page as it is now; a form that is no longer there stays.
function putBack([form, fields]) {
  const same = [...document.querySelectorAll("form.says")].find((each) => each.action === form.action);
  if (!same) document.getElementById("main").append(form);
  else fields.forEach((field) => { same.elements[field.name].value = field.value; });
}

async function refresh() {
  if (typing() || document.hidden) { stale = true; return; }
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) { lost.hidden = false; return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = document.getElementById("main"), there = page.getElementById("main");
    if (there && there.innerHTML !== here.innerHTML) {
      const begun = typed(here);
      here.innerHTML = there.innerHTML;
      begun.forEach(putBack);
    }
    document.title = page.title;
    document.querySelector("link[rel=icon]").href = page.querySelector("link[rel=icon]").getAttribute("href");
    lost.hidden = true;
    stale = false;
  } catch {
    lost.hidden = false;
  }
}

// A browser has six connections to a host: of all open pages one listens, and tells the others. Where a page cannot
// know of others (over plain HTTP from elsewhere), it listens only while somebody sees it.
const others = new BroadcastChannel("changes");
let events = null;

function heardOf(change) {
  heard = Date.now();
  if (change || !lost.hidden) refresh();
}

function listen() {
  if (events) return;
  heard = Date.now();
  events = new EventSource("/changes");
  const tell = (change) => { heardOf(change); others.postMessage(change); };
  events.onopen = () => tell(false);
  events.onerror = () => { if (events && events.readyState === EventSource.CLOSED) refresh(); }; // perhaps to the login
  events.addEventListener("alive", () => tell(false));
  events.addEventListener("changed", () => tell(true));
}

function stopListening() {
  if (events) events.close();
  events = null;
}

function keepUpToDate() {
  const alone = !navigator.locks;
  others.onmessage = (message) => heardOf(message.data);
  if (alone) listen();
  else navigator.locks.request("changes", () => new Promise(listen)); // held until this page is gone
  setInterval(() => { if (Date.now() - heard > QUIET_MS) lost.hidden = false; }, 5000);
  document.addEventListener("visibilitychange", () => {
    if (alone) { if (document.hidden) stopListening(); else listen(); }
    if (!document.hidden && (stale || alone || !lost.hidden)) refresh();
  });
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

// A page that came back with a refused form has the address that the form was sent to: it is the page's again.
if (document.body.dataset.place) history.replaceState(null, "", document.body.dataset.place);
if (document.body.hasAttribute("data-refreshes")) keepUpToDate();
