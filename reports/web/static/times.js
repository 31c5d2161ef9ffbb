// Shows each time in the reader's zone before anybody sees it otherwise; where the pointer rests on it, in UTC.
"use strict";
{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const two = (number) => String(number).padStart(2, "0");

  const offset = (at) => {
    const minutes = -at.getTimezoneOffset(), size = Math.abs(minutes);
    return minutes ? `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}` : "UTC";
  };

  const show = (time) => {
    const at = new Date(time.dateTime), words = time.textContent;
    if (Number.isNaN(at.getTime())) return;
    const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    time.title = time.dateTime.replace("T", " ").replace("Z", " UTC");
    if (words.length === clock.length) time.textContent = clock;
    else time.textContent = words.endsWith("UTC") ? `${day} ${clock} ${offset(at)}` : `${day} ${clock}`;
  };

  const showAll = () => {
    for (const time of document.querySelectorAll("time:not([title])")) show(time);
    for (const head of document.querySelectorAll("[data-zone]")) if (head.textContent !== "local") head.textContent = "local";
  };

  showAll();
  new MutationObserver(showAll).observe(document.getElementById("main"), { childList: true, subtree: true, characterData: true });
  document.getElementById("zone").textContent = `${zone}; UTC where the pointer rests on one`;
}
