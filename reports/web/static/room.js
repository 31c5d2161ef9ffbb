// Has htmx bring a page up to date in place when the agent says that something changed, where nobody is typing; says
// when the agent no longer answers; knows the keys. Without this script everything works by loading the page again.
"use strict";
const QUIET_MS = 40000; // the agent says every 15 seconds that it lives
const KEYS = { n: "/", i: "/incidents", b: "/budget", s: "/silences" };
const FIELD = "input, select, textarea";
const lost = document.getElementById("lost"), main = document.getElementById("main");
let heard = Date.now(), stale = false, begun = [], missed = 0;

function typing() {
  const active = document.activeElement;
  return active && active.matches(FIELD) && main.contains(active);
}

function holdsWords(form) {
  return [...form.querySelectorAll("input:not([type=hidden])")].some((field) => field.value && (field.name !== "who" || field.value !== field.defaultValue));
}

// htmx changes what is another, and leaves the rest: focus, selection, what is scrolled or unfolded.
function noAnswer(words) {
  lost.textContent = words || lost.dataset.words;
  lost.hidden = false;
}

function refresh() {
  if (typing() || document.hidden) { stale = true; return; }
  stale = false;
  htmx.ajax("GET", location.pathname + location.search, { source: main });
}

// What somebody typed stays as it is, also where its form is no longer there.
main.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx.sourceElement === main && typing()) { stale = true; event.preventDefault(); return; }
  begun = [...main.querySelectorAll("form.says")].filter((form) => form.toggleAttribute("data-typed", holdsWords(form)));
});
document.addEventListener("htmx:after:swap", () => {
  for (const form of begun) if (!form.isConnected) main.append(form);
  const icon = document.querySelector("link[rel=icon]");
  if (icon.getAttribute("href") !== main.dataset.icon) icon.href = main.dataset.icon;
  lost.hidden = true;
});
document.addEventListener("htmx:error", () => noAnswer());
document.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement } = event.detail.ctx, nothing = document.getElementById("nothing");
  if (nothing) {
    nothing.hidden = response.status !== 404;
    main.toggleAttribute("data-nothing", response.status === 404); // what stood there answers another question
  }
  if (response.status >= 500 || (response.status >= 400 && sourceElement === main)) noAnswer();
});

// A browser has six connections to a host: of all open pages one listens, and tells the others. Where a page cannot
// know of others (over plain HTTP from elsewhere), it listens only while somebody sees it.
const others = new BroadcastChannel("changes");
let events = null;

function heardOf(change) {
  const back = !lost.hidden;
  heard = Date.now();
  missed = 0;
  lost.hidden = true;
  if (change || back) refresh();
}

// The first failure may be a connection that was closed as all are at times; after the second nobody answers.
function failed() {
  missed += 1;
  if (missed > 1) noAnswer();
}

function listen() {
  if (events) return;
  heard = Date.now();
  events = new EventSource("/changes");
  const tell = (change) => { heardOf(change); others.postMessage(change); };
  events.onopen = () => tell(false);
  events.onerror = () => {
    if (events && events.readyState === EventSource.CLOSED) { refresh(); return; } // perhaps to the login
    failed();
    others.postMessage("failed");
  };
  events.addEventListener("alive", () => tell(false));
  events.addEventListener("changed", () => tell(true));
}

function stopListening() {
  if (events) events.close();
  events = null;
}

function keepUpToDate() {
  const alone = !navigator.locks;
  others.onmessage = (message) => { if (message.data === "failed") failed(); else heardOf(message.data); };
  if (alone) listen();
  else navigator.locks.request("changes", () => new Promise(listen)); // held until this page is gone
  setInterval(() => { if (Date.now() - heard > QUIET_MS) noAnswer(); }, 5000);
  document.addEventListener("visibilitychange", () => {
    if (alone) { if (document.hidden) stopListening(); else listen(); }
    if (!document.hidden && (stale || alone || !lost.hidden)) refresh();
  });
  document.addEventListener("focusout", () => { if (stale) setTimeout(refresh, 0); });
}

// To the next row, or the last, of those that lead anywhere.
function step(by) {
  const rows = [...main.querySelectorAll("tbody tr:has(a)")];
  const at = rows.indexOf(document.activeElement.closest("tr"));
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  row?.querySelector("a").focus();
}

// What is typed is UTC, and what stands on the page in the reader's zone: so it says what that comes to.
function hintOf(words) {
  const span = /^\s*(\d+(?:\.\d+)?)([mhd])\s*$/.exec(words), zoned = /(Z|[+-]\d\d:?\d\d)\s*$/.test(words);
  const at = span ? new Date(Date.now() + span[1] * { m: 6e4, h: 36e5, d: 864e5 }[span[2]])
    : /^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(words) ? new Date(words.trim().replace(" ", "T") + (zoned ? "" : "Z")) : null;
  if (!at || isNaN(at)) return "";
  return "until " + at.toLocaleString([], { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) + ", your time";
}

main.addEventListener("input", (event) => {
  const field = event.target;
  if (field.name !== "until") return;
  let said = field.nextElementSibling;
  if (!said || said.tagName !== "OUTPUT") { said = document.createElement("output"); field.after(said); }
  said.textContent = hintOf(field.value);
});

function search() {
  const field = document.querySelector(".filters input, .filters select");
  field?.focus();
  field?.select?.();
}

// htmx wakes a moment after the page is there: what was typed or chosen before that is searched for then.
const given = (field) => (field.options ? (field.querySelector("[selected]") || field.options[0]).value : field.defaultValue);
document.addEventListener("htmx:after:init", (event) => {
  const form = event.target;
  if (!form.matches(".filters")) return;
  if ([...form.querySelectorAll(FIELD)].some((field) => field.value !== given(field))) form.dispatchEvent(new Event("input"));
});

// What is sent where nobody answers would be lost with the page, so a file of ours is asked for before.
let sending = false;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  fetch(lost.dataset.ask, { cache: "no-store" }).then(() => form.submit(), () => noAnswer(lost.dataset.unsent))
    .finally(() => { sending = false; });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const help = document.getElementById("keys");
  if (event.target.matches(FIELD)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?") help.hidden = !help.hidden;
  else if (event.key === "Escape") help.hidden = true;
  else if (event.key === "/") search();
  else if (event.key === "a") document.querySelector("form[action$='/acknowledge'] input:not([type=hidden])")?.focus();
  else if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (KEYS[event.key]) location.href = KEYS[event.key];
  else return;
  event.preventDefault();
});

// On a phone the menu is a row that scrolls: where one is stays in sight.
const here = document.querySelector("nav [aria-current]");
if (here) here.closest("ul").scrollLeft = here.offsetLeft - 60;
// What is amiss has the focus once: htmx would give it back at every change.
const amiss = document.querySelector("[autofocus]");
if (amiss) { amiss.focus(); amiss.removeAttribute("autofocus"); }
// A page that came back with a refused form has the address that the form was sent to: it is the page's again.
if (document.body.dataset.place) history.replaceState(null, "", document.body.dataset.place);
if (document.body.hasAttribute("data-refreshes")) keepUpToDate();
