// Shows each time in the reader's zone before anybody sees it otherwise; by itself it says what it is in UTC where it
// is touched or pointed at, and all of them at a button.
"use strict";
{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone, isUtc = /^(Etc\/)?(UTC|UCT|Universal|Zulu|GMT|Greenwich)$/.test(zone);
  const sent = new WeakMap(); // the words of each time as they came, in UTC
  const button = document.getElementById("other-zone"), KEPT = "times in UTC";
  let inUtc = isUtc || localStorage.getItem(KEPT) !== null;
  const two = (number) => String(number).padStart(2, "0");

  const offset = (at) => {
    const minutes = -at.getTimezoneOffset(), size = Math.abs(minutes);
    return minutes ? `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}` : "UTC";
  };

  const show = (time) => {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) return;
    sent.set(time, time.textContent);
    const words = sent.get(time), clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`, whole = `${day} ${clock} ${offset(at)}`;
    time.tabIndex = -1; // a touch gives it the focus, the tab key passes it by
    time.title = inUtc ? whole : time.dateTime.replace("T", " ").replace("Z", " UTC");
    if (inUtc) return;
    if (words.length === clock.length) time.textContent = clock;
    else time.textContent = words.endsWith("UTC") ? whole : `${day} ${clock}`;
  };

  const showAll = () => {
    for (const time of document.querySelectorAll("time:not([title])")) show(time);
    const name = inUtc ? "UTC" : "local";
    for (const head of document.querySelectorAll("[data-zone]")) if (head.textContent !== name) head.textContent = name;
  };

  const say = () => {
    document.getElementById("zone").textContent = inUtc ? "UTC" : zone;
    document.getElementById("one").textContent = `; touch one, or point at it, for ${inUtc ? zone : "UTC"}`;
    button.textContent = `show all in ${inUtc ? zone : "UTC"}`;
    button.hidden = false;
  };

  if (!isUtc) {
    showAll();
    say();
    new MutationObserver(showAll).observe(document.getElementById("main"), { childList: true, subtree: true, characterData: true });
    button.addEventListener("click", () => {
      inUtc = !inUtc;
      if (inUtc) localStorage.setItem(KEPT, ""); else localStorage.removeItem(KEPT);
      for (const time of document.querySelectorAll("time[title]")) { time.textContent = sent.get(time); time.removeAttribute("title"); }
      showAll();
      say();
    });
  }
  // Not every browser gives the focus to what is touched.
  document.addEventListener("click", (event) => event.target.closest?.(".hint, time[title]")?.focus());
}
