// Keys, and nothing else: every page works without this file.
"use strict";

const OFF = "parley-keys-off";
const PLACES = { o: "/", t: "/themes", f: "/search", c: "/compare", s: "/sources", h: "/help" };

let isGoing = false;
let current = -1;

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const headlines = [...document.querySelectorAll(".said a")];
  if (headlines.length === 0) return;
  current = Math.min(Math.max(current + by, 0), headlines.length - 1);
  headlines[current].focus();
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || localStorage.getItem(OFF)) return;
  if (isGoing) {
    isGoing = false;
    if (PLACES[event.key]) location.assign(PLACES[event.key]);
    return;
  }
  if (event.key === "g") isGoing = true;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?") location.assign("/help#keys");
  else if (event.key === "/") document.querySelector("#q, #find").focus();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", press);

const switchedOff = document.querySelector("#keys-off");
if (switchedOff) {
  switchedOff.checked = localStorage.getItem(OFF) !== null;
  switchedOff.addEventListener("change", () => {
    if (switchedOff.checked) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  });
}
